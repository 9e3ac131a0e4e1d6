# tests of task
