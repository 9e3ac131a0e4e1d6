check_PROGRAMS += tests/command/test_comparison
tests_command_test_comparison_SOURCES = tests/command/test_comparison.c tests/command/bench.h tests/command/bench.c \
	tests/command/comparison_oracle.h
tests_command_test_comparison_LDADD = $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/command/comparison_oracle.py
