/* SPDX-License-Identifier: MIT
 *
 * "keeper --db PATH", as the thaw program does it.
 */
#include "config.h"

#include "keeper/client.h"

int main(int count, char **arguments)
{
    return count == 4 ? keeper_serve(arguments[3]) : 2;
}
