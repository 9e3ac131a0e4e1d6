check_PROGRAMS += tests/data/test_id_map
tests_data_test_id_map_SOURCES = tests/data/test_id_map.c
tests_data_test_id_map_LDADD = $(DATA_LIBS_ALL) $(CMOCKA_LIBS)
