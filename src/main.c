/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <signal.h>

#include "command/command.h"
#include "screen/screen.h"

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* an exceeded limit then fails the write */
    return command_main(argc, argv, screen_run);
}
