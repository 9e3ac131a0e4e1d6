check_PROGRAMS += tests/store/test_store
tests_store_test_store_SOURCES = tests/store/test_store.c
tests_store_test_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_store_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_dataset_store
tests_store_test_dataset_store_SOURCES = tests/store/test_dataset_store.c tests/store/text_cell.h
tests_store_test_dataset_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_dataset_store_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_run_store
tests_store_test_run_store_SOURCES = tests/store/test_run_store.c tests/store/stored_runs.c tests/store/stored_runs.h
tests_store_test_run_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_run_store_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_result_store
tests_store_test_result_store_SOURCES = tests/store/test_result_store.c tests/store/stored_runs.c tests/store/stored_runs.h
tests_store_test_result_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_result_store_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_trial_store
tests_store_test_trial_store_SOURCES = tests/store/test_trial_store.c
tests_store_test_trial_store_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_foreign
tests_store_test_foreign_SOURCES = tests/store/test_foreign.c
tests_store_test_foreign_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_store_test_foreign_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_foreign_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_unfinished
tests_store_test_unfinished_SOURCES = tests/store/test_unfinished.c
tests_store_test_unfinished_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_unfinished_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_swap
tests_store_test_swap_SOURCES = tests/store/test_swap.c tests/store/left_log.c tests/store/left_log.h
tests_store_test_swap_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_swap_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_other_file
tests_store_test_other_file_SOURCES = tests/store/test_other_file.c tests/store/left_log.c tests/store/left_log.h
tests_store_test_other_file_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_other_file_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_causes
tests_store_test_causes_SOURCES = tests/store/test_causes.c
tests_store_test_causes_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_causes_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_damaged_log
tests_store_test_damaged_log_SOURCES = tests/store/test_damaged_log.c
tests_store_test_damaged_log_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_damaged_log_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_shape_sample
tests_store_test_shape_sample_SOURCES = tests/store/test_shape_sample.c
tests_store_test_shape_sample_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/store
tests_store_test_shape_sample_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_query
tests_store_test_query_SOURCES = tests/store/test_query.c tests/store/text_cell.h
tests_store_test_query_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_query_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_derive
tests_store_test_derive_SOURCES = tests/store/test_derive.c tests/store/derived_sets.c tests/store/derived_sets.h tests/store/text_cell.h
tests_store_test_derive_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_merge
tests_store_test_merge_SOURCES = tests/store/test_merge.c tests/store/derived_sets.c tests/store/derived_sets.h tests/store/text_cell.h
tests_store_test_merge_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_merge_by
tests_store_test_merge_by_SOURCES = tests/store/test_merge_by.c tests/store/derived_sets.c tests/store/derived_sets.h tests/store/text_cell.h
tests_store_test_merge_by_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_schema_form
tests_store_test_schema_form_SOURCES = tests/store/test_schema_form.c
tests_store_test_schema_form_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_store_test_schema_form_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_schema_form_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_foreign_table
tests_store_test_foreign_table_SOURCES = tests/store/test_foreign_table.c
tests_store_test_foreign_table_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_foreign_table_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_grid
tests_store_test_grid_SOURCES = tests/store/test_grid.c tests/store/grid_bench.c tests/store/grid_bench.h \
	tests/store/text_cell.h
tests_store_test_grid_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_grid_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_derived
tests_store_test_derived_SOURCES = tests/store/test_derived.c tests/store/grid_bench.c tests/store/grid_bench.h \
	tests/store/text_cell.h
tests_store_test_derived_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_derived_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_summary_bins
tests_store_test_summary_bins_SOURCES = tests/store/test_summary_bins.c
tests_store_test_summary_bins_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/store
tests_store_test_summary_bins_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/store/test_pair_count
tests_store_test_pair_count_SOURCES = tests/store/test_pair_count.c
tests_store_test_pair_count_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/store
tests_store_test_pair_count_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_bounded_functions
tests_store_test_bounded_functions_SOURCES = tests/store/test_bounded_functions.c
tests_store_test_bounded_functions_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_store_test_bounded_functions_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_store_test_bounded_functions_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/store/test_dataset_choice
tests_store_test_dataset_choice_SOURCES = tests/store/test_dataset_choice.c tests/store/text_cell.h
tests_store_test_dataset_choice_LDADD = $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
