# tests of keeper
check_PROGRAMS += tests/keeper/test_keeper
tests_keeper_test_keeper_SOURCES = tests/keeper/test_keeper.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/keeper/test_keeper_start
tests_keeper_test_keeper_start_SOURCES = tests/keeper/test_keeper_start.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_start_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_start_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/keeper/test_keeper_kill
tests_keeper_test_keeper_kill_SOURCES = tests/keeper/test_keeper_kill.c tests/keeper/killing.c tests/keeper/killing.h \
	tests/keeper/workbench.c tests/keeper/workbench.h tests/store/content.c tests/store/content.h \
	tests/store/old_workbench.c tests/store/old_workbench.h
tests_keeper_test_keeper_kill_CPPFLAGS = $(AM_CPPFLAGS) -DWORKER='"$(abs_top_builddir)/thaw-worker"' \
	-DSYNTHETIC='"$(abs_top_srcdir)/datasets/synthetic"'
tests_keeper_test_keeper_kill_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_kill_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/keeper/test_keeper_faults
tests_keeper_test_keeper_faults_SOURCES = tests/keeper/test_keeper_faults.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_faults_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_faults_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/keeper/test_keeper_walls
tests_keeper_test_keeper_walls_SOURCES = tests/keeper/test_keeper_walls.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_walls_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_walls_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/keeper/test_staying
tests_keeper_test_staying_SOURCES = tests/keeper/test_staying.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_staying_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_keeper_test_staying_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_staying_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/keeper/test_keeper_bounds
tests_keeper_test_keeper_bounds_SOURCES = tests/keeper/test_keeper_bounds.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_bounds_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_keeper_test_keeper_bounds_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_bounds_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
# Hostile scripts against keeper and worker; all of them with their whole deadlines: make hostile-scripts.
HOSTILE_PARTS = tests/script/hostile_scripts.c tests/script/hostile_scripts.h \
	tests/script/hostile_language.inc tests/script/hostile_library.inc tests/script/hostile_thaw.inc
SCRIPT_BENCH = tests/keeper/script_bench.c tests/keeper/script_bench.h tests/keeper/measure.c tests/keeper/measure.h \
	tests/worker/quick_limits.c tests/worker/quick_limits.h tests/keeper/workbench.c tests/keeper/workbench.h
SCRIPT_BENCH_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/script -I$(top_srcdir)/tests/worker \
	-DWORKER='"$(abs_top_builddir)/thaw-worker"' -DQUICK_WORKER='"$(abs_top_builddir)/tests/worker/quick_worker"'
SCRIPT_BENCH_NEEDS = thaw-worker$(EXEEXT) tests/worker/quick_worker$(EXEEXT) tests/keeper/keeper_program$(EXEEXT)
check_PROGRAMS += tests/keeper/test_hostile_scripts
tests_keeper_test_hostile_scripts_SOURCES = tests/keeper/test_hostile_scripts.c \
	$(HOSTILE_PARTS) $(SCRIPT_BENCH)
tests_keeper_test_hostile_scripts_CPPFLAGS = $(SCRIPT_BENCH_CPPFLAGS)
tests_keeper_test_hostile_scripts_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
EXTRA_tests_keeper_test_hostile_scripts_DEPENDENCIES = $(SCRIPT_BENCH_NEEDS)
tests_keeper_test_hostile_scripts_LDADD = $(KEEPER_LIBS_ALL) $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
hostile-scripts: tests/keeper/test_hostile_scripts$(EXEEXT)
	tests/keeper/test_hostile_scripts$(EXEEXT) all

# Generated scripts: make generated-scripts COUNT=100000 SEED=1 FIRST=0.
check_PROGRAMS += tests/keeper/test_generated_scripts
tests_keeper_test_generated_scripts_SOURCES = tests/keeper/test_generated_scripts.c \
	tests/script/script_generator.c tests/script/script_generator_statements.c \
	tests/script/script_generator_thaw.c tests/script/script_generator_settings.c \
	tests/script/script_generator.h tests/script/script_writer.h \
	$(HOSTILE_PARTS) \
	tests/worker/real_worker.c tests/worker/real_worker.h tests/worker/quick_worker.c $(SCRIPT_BENCH)
tests_keeper_test_generated_scripts_CPPFLAGS = $(SCRIPT_BENCH_CPPFLAGS)
tests_keeper_test_generated_scripts_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
EXTRA_tests_keeper_test_generated_scripts_DEPENDENCIES = $(SCRIPT_BENCH_NEEDS)
tests_keeper_test_generated_scripts_LDFLAGS = -Wl,--wrap=script_limits_of
tests_keeper_test_generated_scripts_LDADD = $(KEEPER_LIBS_ALL) $(WORKER_LIBS_ALL) $(CMOCKA_LIBS)
COUNT = 100000
SEED = 1
FIRST = 0
generated-scripts: tests/keeper/test_generated_scripts$(EXEEXT)
	tests/keeper/test_generated_scripts$(EXEEXT) $(COUNT) $(SEED) $(FIRST)
.PHONY: hostile-scripts generated-scripts
check_PROGRAMS += tests/keeper/test_keeper_swap
tests_keeper_test_keeper_swap_SOURCES = tests/keeper/test_keeper_swap.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_swap_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_swap_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/keeper/test_keeper_parts
tests_keeper_test_keeper_parts_SOURCES = tests/keeper/test_keeper_parts.c
tests_keeper_test_keeper_parts_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

# What those tests start: no tests themselves.
noinst_PROGRAMS += tests/keeper/keeper_program tests/keeper/fake_worker
tests_keeper_keeper_program_SOURCES = tests/keeper/keeper_program.c
tests_keeper_keeper_program_LDADD = $(KEEPER_LIBS_ALL)
tests_keeper_fake_worker_SOURCES = tests/keeper/fake_worker.c tests/keeper/fake_tasks.h tests/keeper/fake_tasks.c
tests_keeper_fake_worker_LDADD = $(WIRE_LIBS_ALL)

# The keeper in one process, on disks that fail and lose their power. `make crash CUTS=100000` cuts more often.
INNER_KEEPER = tests/store/crash_disk.c tests/store/crash_disk.h tests/store/crash_vfs.c tests/store/crash_vfs.h \
	tests/store/crash_sharing.c tests/store/crash_sharing.h \
	tests/store/content.c tests/store/content.h tests/store/old_workbench.c tests/store/old_workbench.h \
	tests/keeper/inner_keeper.c tests/keeper/inner_keeper.h tests/keeper/story.c tests/keeper/story.h
check_PROGRAMS += tests/keeper/test_power_cuts
tests_keeper_test_power_cuts_SOURCES = tests/keeper/test_power_cuts.c $(INNER_KEEPER)
tests_keeper_test_power_cuts_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_power_cuts_LDFLAGS = -Wl,--wrap=foreign_check
tests_keeper_test_power_cuts_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/keeper/test_io_faults
tests_keeper_test_io_faults_SOURCES = tests/keeper/test_io_faults.c $(INNER_KEEPER)
tests_keeper_test_io_faults_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_io_faults_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)

CUTS = 100000
.PHONY: crash
crash: tests/keeper/test_power_cuts
	CUTS=$(CUTS) tests/keeper/test_power_cuts
check_PROGRAMS += tests/keeper/test_vector_file
tests_keeper_test_vector_file_SOURCES = tests/keeper/test_vector_file.c
tests_keeper_test_vector_file_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/keeper
tests_keeper_test_vector_file_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
