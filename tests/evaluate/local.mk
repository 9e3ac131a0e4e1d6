# tests of evaluate
