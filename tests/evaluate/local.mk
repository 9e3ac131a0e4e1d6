EXTRA_DIST += tests/evaluate/gain_oracle.py tests/evaluate/answer_oracle.py

check_PROGRAMS += tests/evaluate/test_metric tests/evaluate/test_gain tests/evaluate/test_answer
tests_evaluate_test_metric_SOURCES = tests/evaluate/test_metric.c
tests_evaluate_test_metric_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
tests_evaluate_test_answer_SOURCES = tests/evaluate/test_answer.c
tests_evaluate_test_answer_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
tests_evaluate_test_gain_SOURCES = tests/evaluate/test_gain.c
tests_evaluate_test_gain_LDADD = $(EVALUATE_LIBS_ALL) $(CMOCKA_LIBS)
