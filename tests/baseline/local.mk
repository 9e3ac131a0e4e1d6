# tests of baseline
