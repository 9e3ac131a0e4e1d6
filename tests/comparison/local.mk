check_LIBRARIES += tests/comparison/libbench.a
tests_comparison_libbench_a_SOURCES = tests/comparison/bench.h tests/comparison/bench.c

check_LIBRARIES += tests/comparison/libcompared.a
tests_comparison_libcompared_a_SOURCES = tests/comparison/compared.h tests/comparison/compared.c

check_PROGRAMS += tests/comparison/test_comparison
tests_comparison_test_comparison_SOURCES = tests/comparison/test_comparison.c tests/comparison/comparison_oracle.h
tests_comparison_test_comparison_LDADD = tests/comparison/libcompared.a tests/comparison/libbench.a $(COMPARISON_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/comparison/comparison_oracle.py
check_PROGRAMS += tests/comparison/test_verdicts
tests_comparison_test_verdicts_SOURCES = tests/comparison/test_verdicts.c
tests_comparison_test_verdicts_LDADD = tests/comparison/libcompared.a tests/comparison/libbench.a $(COMPARISON_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/comparison/test_items
tests_comparison_test_items_SOURCES = tests/comparison/test_items.c
tests_comparison_test_items_LDADD = tests/comparison/libcompared.a tests/comparison/libbench.a $(COMPARISON_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/comparison/items_oracle.py
check_PROGRAMS += tests/comparison/test_rankings
tests_comparison_test_rankings_SOURCES = tests/comparison/test_rankings.c tests/comparison/comparison_oracle.h
tests_comparison_test_rankings_LDADD = tests/comparison/libcompared.a tests/comparison/libbench.a $(COMPARISON_LIBS_ALL) $(CMOCKA_LIBS)
