check_LIBRARIES += tests/task/librating_data.a
tests_task_librating_data_a_SOURCES = tests/task/rating_data.h tests/task/rating_data.c

check_PROGRAMS += tests/task/test_split tests/task/test_episodes
tests_task_test_split_SOURCES = tests/task/test_split.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_split_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/task/test_published_split
tests_task_test_published_split_SOURCES = tests/task/test_published_split.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_published_split_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/task/test_given_split
tests_task_test_given_split_SOURCES = tests/task/test_given_split.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_given_split_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
tests_task_test_episodes_SOURCES = tests/task/test_episodes.c tests/task/shown_rows.c tests/task/shown_rows.h
tests_task_test_episodes_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/task/test_task_sets
tests_task_test_task_sets_SOURCES = tests/task/test_task_sets.c tests/task/shown_rows.c tests/task/shown_rows.h
tests_task_test_task_sets_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/task/test_order
tests_task_test_order_SOURCES = tests/task/test_order.c tests/task/usual_tasks.h
tests_task_test_order_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/task/test_survey
tests_task_test_survey_SOURCES = tests/task/test_survey.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_survey_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/task/test_folds
tests_task_test_folds_SOURCES = tests/task/test_folds.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_folds_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/task/test_task_kinds
tests_task_test_task_kinds_SOURCES = tests/task/test_task_kinds.c tests/task/split_uses.c tests/task/split_uses.h tests/task/usual_tasks.h
tests_task_test_task_kinds_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/task/test_negatives
tests_task_test_negatives_SOURCES = tests/task/test_negatives.c tests/task/usual_tasks.h
tests_task_test_negatives_LDADD = tests/task/librating_data.a $(TASK_LIBS_ALL) $(CMOCKA_LIBS)
