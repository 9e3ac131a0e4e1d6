check_PROGRAMS += tests/baseline/test_baseline tests/baseline/test_plain tests/baseline/test_protocol
EXTRA_DIST += tests/baseline/plain_oracle.inc tests/baseline/plain_oracle.py
tests_baseline_test_baseline_SOURCES = tests/baseline/test_baseline.c
tests_baseline_test_baseline_LDADD = tests/task/librating_data.a $(BASELINE_LIBS_ALL) $(CMOCKA_LIBS)
tests_baseline_test_plain_SOURCES = tests/baseline/test_plain.c \
  tests/baseline/small_world.c tests/baseline/small_world.h
tests_baseline_test_plain_LDADD = $(BASELINE_LIBS_ALL) $(CMOCKA_LIBS)
tests_baseline_test_protocol_SOURCES = tests/baseline/test_protocol.c \
  tests/baseline/published_features.c tests/baseline/published_features.h
tests_baseline_test_protocol_LDADD = tests/task/librating_data.a $(BASELINE_LIBS_ALL) $(CMOCKA_LIBS)
