/* SPDX-License-Identifier: MIT
 *
 * The real worker with shorter time limits for scripts. The linker replaces script_limits_of by the
 * function here.
 */
#include "config.h"

#include "quick_limits.h"

struct script_limits __real_script_limits_of(bool check);
struct script_limits __wrap_script_limits_of(bool check);

struct script_limits __wrap_script_limits_of(bool check)
{
    return quick_limits(__real_script_limits_of(check));
}
