/* SPDX-License-Identifier: MIT
 *
 * The program thaw: the command line, and the screen where a command asks for it.
 */
#include "config.h"

#include "command/command.h"

int main(int argc, char **argv)
{
    return command_main(argc, argv, NULL);
}
