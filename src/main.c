/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/command.h"
#include "screen/screen.h"

int main(int argc, char **argv)
{
    return command_main(argc, argv, screen_run);
}
