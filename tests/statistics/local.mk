EXTRA_DIST += tests/statistics/a_against_a.sh tests/statistics/one_arm.lua
