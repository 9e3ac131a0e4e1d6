EXTRA_DIST += tests/evaluate/gain_oracle.py tests/evaluate/answer_oracle.py tests/evaluate/ranking_oracle.py

check_PROGRAMS += tests/evaluate/test_metric tests/evaluate/test_gain tests/evaluate/test_answer
tests_evaluate_test_metric_SOURCES = tests/evaluate/test_metric.c
tests_evaluate_test_metric_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/evaluate/test_ranking
tests_evaluate_test_ranking_SOURCES = tests/evaluate/test_ranking.c tests/evaluate/ranking_oracle.h
tests_evaluate_test_ranking_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
tests_evaluate_test_answer_SOURCES = tests/evaluate/test_answer.c tests/evaluate/answer_rows_drawn.c tests/evaluate/answer_rows_drawn.h
tests_evaluate_test_answer_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/evaluate/test_answer_oracle
tests_evaluate_test_answer_oracle_SOURCES = tests/evaluate/test_answer_oracle.c tests/evaluate/answer_rows_drawn.c tests/evaluate/answer_rows_drawn.h
tests_evaluate_test_answer_oracle_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
tests_evaluate_test_gain_SOURCES = tests/evaluate/test_gain.c tests/evaluate/gain_oracle.h tests/evaluate/near.h
tests_evaluate_test_gain_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/evaluate/test_student
tests_evaluate_test_student_SOURCES = tests/evaluate/test_student.c tests/evaluate/near.h
tests_evaluate_test_student_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)

# Intervals and marks where the truth is known: a few settings as a test, all of them by `make coverage`.
check_LIBRARIES += tests/evaluate/libsimulation.a
tests_evaluate_libsimulation_a_SOURCES = tests/evaluate/simulated_gain.c tests/evaluate/simulated_gain.h \
  tests/evaluate/simulated_items.c tests/evaluate/simulated_items.h \
  tests/evaluate/simulated_table.c tests/evaluate/simulated_table.h
tests_evaluate_libsimulation_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)

check_PROGRAMS += tests/evaluate/test_coverage
tests_evaluate_test_coverage_SOURCES = tests/evaluate/test_coverage.c
tests_evaluate_test_coverage_LDADD = tests/evaluate/libsimulation.a $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)

EXTRA_PROGRAMS += tests/evaluate/coverage
tests_evaluate_coverage_SOURCES = tests/evaluate/coverage.c
tests_evaluate_coverage_LDADD = tests/evaluate/libsimulation.a $(EVALUATE_LIBS_ALL)
CLEANFILES += tests/evaluate/coverage

# COVERAGE='400 100' for fewer replicates and tables.
.PHONY: coverage
coverage: tests/evaluate/coverage
	@tests/evaluate/coverage $(COVERAGE)
