check_PROGRAMS += tests/data/test_id_map tests/data/test_columns tests/data/test_dataset \
	tests/data/test_decision
tests_data_test_id_map_SOURCES = tests/data/test_id_map.c
tests_data_test_id_map_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
tests_data_test_columns_SOURCES = tests/data/test_columns.c
tests_data_test_columns_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
tests_data_test_dataset_SOURCES = tests/data/test_dataset.c
tests_data_test_dataset_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
tests_data_test_decision_SOURCES = tests/data/test_decision.c
tests_data_test_decision_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/data/test_selection
tests_data_test_selection_SOURCES = tests/data/test_selection.c
tests_data_test_selection_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/data/selection_oracle.py tests/data/selection_oracle.inc
