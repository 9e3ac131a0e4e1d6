#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Random imports are made again by the commands that plans and exports print; see import_again.py.
command -v python3 >/dev/null && command -v bash >/dev/null || { echo "skipped: no python3 or no bash"; exit 77; }
exec python3 "$THAW_SOURCE/tests/command/import_again.py" "$THAW_BUILD/thaw" 1 60
