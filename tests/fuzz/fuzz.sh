#!/bin/sh
# SPDX-License-Identifier: MIT
#
# `make fuzz`: builds the harnesses with clang, libFuzzer and the address and undefined behaviour sanitizers
# in fuzz-build/, and runs each for SECONDS, JOBS at a time.
#   fuzz.sh SOURCE SECONDS JOBS HARNESS...
# Failing inputs are kept in fuzz-build/found/, and inputs that reach new code in fuzz-build/grown/.
source=$1 seconds=$2 jobs=$3
shift 3

fail() {
  echo "make fuzz: $*" >&2
  exit 1
}

# Runs one harness; says on a line how often, and leaves what it found.
if [ "$jobs" = one ]; then
  name=$1
  mkdir -p "grown/$name" found
  status=good
  "tests/fuzz/fuzz_$name" -max_total_time="$seconds" -print_final_stats=1 -timeout=25 -rss_limit_mb=3000 \
    -artifact_prefix="found/$name-" "grown/$name" "$source/tests/fuzz/corpus/$name" >"found/$name.log" 2>&1 ||
    status=FOUND
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "found/$name.log")
  echo "$name ${runs:-0} $status" >>found/summary
  [ $status = good ] || grep -E 'does not hold|ERROR|runtime error|SUMMARY' "found/$name.log"
  exit 0
fi

clang=$(command -v clang || ls /usr/bin/clang-[0-9]* 2>/dev/null | sed -n '$p')
[ -n "$clang" ] || fail "clang is missing; install it (Debian package clang)"
mkdir -p fuzz-build && cd fuzz-build || exit 1
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n == 3; }' >probe.c
"$clang" -fsanitize=fuzzer,address,undefined -o probe probe.c 2>/dev/null ||
  fail "$clang has no libFuzzer; install its runtime (Debian package libclang-rt-dev or libclang-common-dev)"
if [ ! -f Makefile ]; then
  "$source/configure" CC="$clang" CFLAGS='-O1 -g -fsanitize=fuzzer-no-link -Wno-everything' \
    --enable-sanitize=address,undefined >configure.log 2>&1 || fail "configure failed; see fuzz-build/configure.log"
fi
names=$(printf '%s\n' "$@" | sed 's/.*fuzz_//')
programs=$(echo "$names" | sed 's,^,tests/fuzz/fuzz_,')
make -s -j"$jobs" $programs FUZZ_MAIN= LDFLAGS=-fsanitize=fuzzer >build.log 2>&1 ||
  fail "the build failed; see fuzz-build/build.log"
rm -rf found
mkdir found
echo "$names" | xargs -n 1 -P "$jobs" sh "$source/tests/fuzz/fuzz.sh" "$source" "$seconds" one
sort found/summary | awk '{ printf "%-12s %14d executions  %s\n", $1, $2, $3; sum += $2; bad += $3 == "FOUND" }
  END { printf "%-12s %14d executions, %d harnesses found something\n", "all", sum, bad; exit bad > 0 }'
