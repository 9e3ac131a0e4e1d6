# tests of keeper
