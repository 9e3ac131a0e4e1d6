# tests of keeper
check_PROGRAMS += tests/keeper/test_keeper
tests_keeper_test_keeper_SOURCES = tests/keeper/test_keeper.c tests/keeper/workbench.c tests/keeper/workbench.h
tests_keeper_test_keeper_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_keeper_test_keeper_LDADD = $(KEEPER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/keeper/test_keeper_kill
tests_keeper_test_keeper_kill_SOURCES = tests/keeper/test_keeper_kill.c tests/keeper/killing.c tests/keeper/killing.h \
	tests/keeper/workbench.c tests/keeper/workbench.h
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
tests_keeper_fake_worker_SOURCES = tests/keeper/fake_worker.c
tests_keeper_fake_worker_LDADD = $(WIRE_LIBS_ALL)
