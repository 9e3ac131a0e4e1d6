#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Only base/file.c and base/file_output.c open files, because they refuse links and pipes. The exceptions are /dev/null,
# the folder of a workbench, and terminals.
cd "${srcdir:-.}" || exit 1
allowed='^src/base/file(_output)?\.c:|"/dev/null"|O_PATH \| O_DIRECTORY|fdopen\(dup\(state->tty\)'
found=$(grep -rnE '(^|[^a-z_>.])(open|openat|open64|fopen|freopen|creat|mkstemp|fdopen|unlink|rename|truncate)\(' \
  src include --include='*.c' --include='*.h' | grep -vE "$allowed")
if [ -n "$found" ]; then
  echo "These open or take away files without base/file.h:"
  echo "$found"
  exit 1
fi
