# tests of script
check_PROGRAMS += tests/script/test_pattern
tests_script_test_pattern_SOURCES = tests/script/test_pattern.c
tests_script_test_pattern_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script
tests_script_test_pattern_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_pattern_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_sandbox
tests_script_test_sandbox_SOURCES = tests/script/test_sandbox.c
tests_script_test_sandbox_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script
tests_script_test_sandbox_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_sandbox_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_learning
tests_script_test_learning_SOURCES = tests/script/test_learning.c tests/script/trial.c tests/script/trial.h
tests_script_test_learning_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_script
tests_script_test_script_SOURCES = tests/script/test_script.c tests/script/trial.c tests/script/trial.h
tests_script_test_script_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_row_functions
tests_script_test_row_functions_SOURCES = tests/script/test_row_functions.c tests/script/trial.c tests/script/trial.h
tests_script_test_row_functions_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/script/test_own_draw
tests_script_test_own_draw_SOURCES = tests/script/test_own_draw.c tests/script/trial.c tests/script/trial.h
tests_script_test_own_draw_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/script/test_target
tests_script_test_target_SOURCES = tests/script/test_target.c tests/script/trial.c tests/script/trial.h
tests_script_test_target_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_learners
tests_script_test_learners_SOURCES = tests/script/test_learners.c tests/script/learner_predictions.c tests/script/learner_predictions.h tests/script/trial.c tests/script/trial.h
tests_script_test_learners_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/script/test_learner_limits
tests_script_test_learner_limits_SOURCES = tests/script/test_learner_limits.c tests/script/learner_predictions.c tests/script/learner_predictions.h tests/script/trial.c tests/script/trial.h
tests_script_test_learner_limits_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/script/learners.lua

check_PROGRAMS += tests/script/test_stack
tests_script_test_stack_SOURCES = tests/script/test_stack.c tests/script/trial.c tests/script/trial.h
tests_script_test_stack_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/script/stack.lua

check_PROGRAMS += tests/script/test_losses
tests_script_test_losses_SOURCES = tests/script/test_losses.c tests/script/trial.c tests/script/trial.h
tests_script_test_losses_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/script/losses.lua tests/script/losses_oracle.py

check_PROGRAMS += tests/script/test_gradients
tests_script_test_gradients_SOURCES = tests/script/test_gradients.c tests/script/trial.c tests/script/trial.h
tests_script_test_gradients_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE
tests_script_test_gradients_LDADD = $(SCRIPT_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_tables
tests_script_test_tables_SOURCES = tests/script/test_tables.c tests/script/trial.c tests/script/trial.h
tests_script_test_tables_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script
tests_script_test_tables_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_tables_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/script/tables.lua tests/script/attention.lua

check_PROGRAMS += tests/script/test_serving
tests_script_test_serving_SOURCES = tests/script/test_serving.c tests/script/trial.c tests/script/trial.h
tests_script_test_serving_LDFLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=aligned_alloc
tests_script_test_serving_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_memory
tests_script_test_memory_SOURCES = tests/script/test_memory.c tests/script/trial.c tests/script/trial.h \
	tests/worker/toy.c tests/worker/toy.h
tests_script_test_memory_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script -I$(top_srcdir)/tests/worker
tests_script_test_memory_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_memory_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_papers
tests_script_test_papers_SOURCES = tests/script/test_papers.c tests/script/trial.c tests/script/trial.h
tests_script_test_papers_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE
tests_script_test_papers_LDADD = $(SCRIPT_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_heap
tests_script_test_heap_SOURCES = tests/script/test_heap.c
tests_script_test_heap_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script
tests_script_test_heap_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_heap_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_search
tests_script_test_search_SOURCES = tests/script/test_search.c tests/script/trial.c tests/script/trial.h
tests_script_test_search_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_limits
tests_script_test_limits_SOURCES = tests/script/test_limits.c
tests_script_test_limits_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_deadlines
tests_script_test_deadlines_SOURCES = tests/script/test_deadlines.c tests/script/trial.c tests/script/trial.h
tests_script_test_deadlines_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/script/test_mistakes
tests_script_test_mistakes_SOURCES = tests/script/test_mistakes.c tests/script/trial.c tests/script/trial.h
tests_script_test_mistakes_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
