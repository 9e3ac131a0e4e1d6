#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The generator writes the bundled files again, byte for byte.
set -eu
kept=${srcdir:-.}/datasets/synthetic
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
./datasets/generate "$made"
for file in "$made"/*.csv; do
    cmp "$file" "$kept/${file##*/}"
done
for file in "$kept"/*.csv; do
    [ -e "$made/${file##*/}" ] || { echo "$file: nothing writes it"; exit 1; }
done
