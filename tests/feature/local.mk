check_PROGRAMS += tests/feature/test_feature
tests_feature_test_feature_SOURCES = tests/feature/test_feature.c
tests_feature_test_feature_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/feature/test_parts
tests_feature_test_parts_SOURCES = tests/feature/test_parts.c
tests_feature_test_parts_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/feature/test_neighbours
tests_feature_test_neighbours_SOURCES = tests/feature/test_neighbours.c
tests_feature_test_neighbours_LDADD = $(FEATURE_LIBS_ALL) $(CMOCKA_LIBS)
