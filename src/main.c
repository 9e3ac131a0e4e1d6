/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <signal.h>

#include "command/command.h"
#include "screen/screen.h"

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* what a limit on files forbids is said as any other failure */
    return command_main(argc, argv, screen_run);
}
