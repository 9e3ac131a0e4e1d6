#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A worker under valgrind's memcheck, for $THAW_WORKER: it exits with 99 if memory was misused or lost.
exec valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
    --show-leak-kinds=definite,possible --num-callers=24 "$THAW_BUILD/tests/worker/bare_worker" "$@"
