#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Files are opened by base/file.c alone: what is opened elsewhere may be a link or a pipe. Beside it only
# the fixed /dev/null, the folder that a workbench lies in, and what a terminal gives us.
cd "${srcdir:-.}" || exit 1
allowed='^src/base/file\.c:|"/dev/null"|O_PATH \| O_DIRECTORY|fdopen\(dup\(state->tty\)'
found=$(grep -rnE '(^|[^a-z_>.])(open|openat|open64|fopen|freopen|creat|mkstemp|fdopen|unlink|rename|truncate)\(' \
  src include --include='*.c' --include='*.h' | grep -vE "$allowed")
if [ -n "$found" ]; then
  echo "These open or take away files without base/file.h:"
  echo "$found"
  exit 1
fi
