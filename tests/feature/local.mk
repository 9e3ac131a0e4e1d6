check_PROGRAMS += tests/feature/test_feature
tests_feature_test_feature_SOURCES = tests/feature/test_feature.c
tests_feature_test_feature_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/feature/test_parts
tests_feature_test_parts_SOURCES = tests/feature/test_parts.c
tests_feature_test_parts_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/feature/test_tokens
tests_feature_test_tokens_SOURCES = tests/feature/test_tokens.c
tests_feature_test_tokens_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/feature
tests_feature_test_tokens_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/feature/test_text
tests_feature_test_text_SOURCES = tests/feature/test_text.c tests/feature/text_oracle.inc
tests_feature_test_text_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/feature/text_oracle.py

check_PROGRAMS += tests/feature/test_neighbours
tests_feature_test_neighbours_SOURCES = tests/feature/test_neighbours.c
tests_feature_test_neighbours_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)
