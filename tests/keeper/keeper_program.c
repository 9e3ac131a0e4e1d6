/* SPDX-License-Identifier: MIT
 *
 * Runs the keeper as `thaw keeper --db PATH` does.
 */
#include "config.h"

#include "keeper/client.h"

int main(int count, char **arguments)
{
    return count == 4 ? keeper_serve(arguments[3]) : 2;
}
