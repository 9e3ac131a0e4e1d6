/* SPDX-License-Identifier: MIT
 *
 * The worker as it is, but for how long a script may run. The linker puts this in the place of
 * script_limits_of.
 */
#include "config.h"

#include "quick_limits.h"

struct script_limits __real_script_limits_of(bool check);
struct script_limits __wrap_script_limits_of(bool check);

struct script_limits __wrap_script_limits_of(bool check)
{
    return quick_limits(__real_script_limits_of(check));
}
