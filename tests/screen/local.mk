# tests of screen
