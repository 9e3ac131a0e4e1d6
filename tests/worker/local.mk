check_PROGRAMS += tests/worker/test_pool tests/worker/test_jail
tests_worker_test_pool_SOURCES = tests/worker/test_pool.c
tests_worker_test_pool_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_test_pool_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
tests_worker_test_jail_SOURCES = tests/worker/test_jail.c
tests_worker_test_jail_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_test_jail_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_campaign
tests_worker_test_campaign_SOURCES = tests/worker/test_campaign.c tests/worker/toy_campaign.c tests/worker/toy_campaign.h \
	tests/worker/recorder.h tests/worker/recorder.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_campaign_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_test_campaign_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_failing_runs
tests_worker_test_failing_runs_SOURCES = tests/worker/test_failing_runs.c tests/worker/toy_campaign.c tests/worker/toy_campaign.h \
	tests/worker/recorder.h tests/worker/recorder.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_failing_runs_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_test_failing_runs_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_trainer
tests_worker_test_trainer_SOURCES = tests/worker/test_trainer.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_trainer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_test_trainer_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_session
EXECUTION = tests/worker/execution.h tests/worker/execution.c \
	tests/worker/real_worker.h tests/worker/real_worker.c \
	tests/worker/recorder.h tests/worker/recorder.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_session_SOURCES = tests/worker/test_session.c $(EXECUTION)
tests_worker_test_session_DEPENDENCIES = thaw-worker$(EXEEXT) $(tests_worker_test_campaign_DEPENDENCIES)
tests_worker_test_session_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_asking
tests_worker_test_asking_SOURCES = tests/worker/test_asking.c $(EXECUTION)
tests_worker_test_asking_DEPENDENCIES = $(tests_worker_test_session_DEPENDENCIES)
tests_worker_test_asking_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_tasks_view
tests_worker_test_tasks_view_SOURCES = tests/worker/test_tasks_view.c $(EXECUTION)
tests_worker_test_tasks_view_DEPENDENCIES = $(tests_worker_test_session_DEPENDENCIES)
tests_worker_test_tasks_view_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_mapped_view
tests_worker_test_mapped_view_SOURCES = tests/worker/test_mapped_view.c $(EXECUTION)
tests_worker_test_mapped_view_DEPENDENCIES = $(tests_worker_test_session_DEPENDENCIES)
tests_worker_test_mapped_view_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_memory_budget
tests_worker_test_memory_budget_SOURCES = tests/worker/test_memory_budget.c \
	tests/worker/real_worker.h tests/worker/real_worker.c \
	tests/worker/recorder.h tests/worker/recorder.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_memory_budget_DEPENDENCIES = $(tests_worker_test_session_DEPENDENCIES)
tests_worker_test_memory_budget_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_part_gains
tests_worker_test_part_gains_SOURCES = tests/worker/test_part_gains.c $(EXECUTION)
tests_worker_test_part_gains_DEPENDENCIES = $(tests_worker_test_session_DEPENDENCIES)
tests_worker_test_part_gains_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)

# Every learner of the library in a real worker.
EVERY_LEARNER = tests/worker/every_learner.h tests/worker/every_learner.c \
	tests/worker/real_worker.h tests/worker/real_worker.c \
	tests/worker/recorder.h tests/worker/recorder.c tests/worker/toy.h tests/worker/toy.c
EXTRA_DIST += tests/worker/every_learner.lua
check_PROGRAMS += tests/worker/test_bits
tests_worker_test_bits_SOURCES = tests/worker/test_bits.c $(EVERY_LEARNER)
tests_worker_test_bits_DEPENDENCIES = thaw-worker$(EXEEXT) $(tests_worker_test_campaign_DEPENDENCIES)
tests_worker_test_bits_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/worker/test_steady
tests_worker_test_steady_SOURCES = tests/worker/test_steady.c $(EVERY_LEARNER)
tests_worker_test_steady_DEPENDENCIES = $(tests_worker_test_bits_DEPENDENCIES)
tests_worker_test_steady_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)

# make memcheck: valgrind watches a worker, without its jail, in which every learner trains on one thread and on two.
EXTRA_PROGRAMS += tests/worker/bare_worker
tests_worker_bare_worker_SOURCES = src/worker_main.c tests/worker/no_jail.c
tests_worker_bare_worker_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_worker_bare_worker_LDADD = $(WORKER_LIBS_ALL)
EXTRA_DIST += tests/worker/memcheck.sh
MEMCHECK_ENVIRONMENT = THAW_SOURCE='$(abs_top_srcdir)' THAW_BUILD='$(abs_top_builddir)' srcdir='$(abs_top_srcdir)'
memcheck: tests/worker/bare_worker$(EXEEXT) tests/worker/test_bits$(EXEEXT)
	$(MEMCHECK_ENVIRONMENT) THAW_WORKER='$(abs_top_srcdir)/tests/worker/memcheck.sh' tests/worker/test_bits$(EXEEXT) 2
.PHONY: memcheck

# A worker whose scripts have half a second, for tests of many of them: no test itself.
noinst_PROGRAMS += tests/worker/quick_worker
tests_worker_quick_worker_SOURCES = src/worker_main.c tests/worker/quick_worker.c \
	tests/worker/quick_limits.h tests/worker/quick_limits.c
tests_worker_quick_worker_LDFLAGS = -Wl,--wrap=script_limits_of
tests_worker_quick_worker_LDADD = $(WORKER_LIBS_ALL)

check_PROGRAMS += tests/worker/test_breakdown
tests_worker_test_breakdown_SOURCES = tests/worker/test_breakdown.c $(EVERY_LEARNER)
tests_worker_test_breakdown_DEPENDENCIES = $(tests_worker_test_bits_DEPENDENCIES)
tests_worker_test_breakdown_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/worker/test_cheats
tests_worker_test_cheats_SOURCES = tests/worker/test_cheats.c tests/script/trial.c tests/script/trial.h
tests_worker_test_cheats_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src -I$(top_srcdir)/tests/script
tests_worker_test_cheats_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/worker/cheats.lua

check_PROGRAMS += tests/worker/test_search_runs
tests_worker_test_search_runs_SOURCES = tests/worker/test_search_runs.c \
	tests/worker/real_worker.h tests/worker/real_worker.c tests/worker/toy.h tests/worker/toy.c
tests_worker_test_search_runs_DEPENDENCIES = $(tests_worker_test_bits_DEPENDENCIES)
tests_worker_test_search_runs_LDADD = $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
