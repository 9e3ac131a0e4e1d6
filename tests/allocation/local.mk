# Programs that run out of memory at a chosen place.
check_PROGRAMS += tests/allocation/test_allocation
tests_allocation_test_allocation_SOURCES = tests/allocation/test_allocation.c \
	tests/allocation/scenario.c tests/allocation/scenario.h \
	tests/allocation/refusal.c tests/allocation/refusal.h
tests_allocation_test_allocation_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_allocation_test_allocation_LDADD = $(SQLITE_LIBS) $(BASE_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_tests_allocation_test_allocation_DEPENDENCIES = thaw thaw-worker tests/allocation/failing.so
check_PROGRAMS += tests/allocation/test_screen_allocation
tests_allocation_test_screen_allocation_SOURCES = tests/allocation/test_screen_allocation.c \
	tests/allocation/refusal.c tests/allocation/refusal.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_allocation_test_screen_allocation_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(VTERM_CFLAGS)
tests_allocation_test_screen_allocation_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
EXTRA_tests_allocation_test_screen_allocation_DEPENDENCIES = thaw tests/allocation/failing.so
# What is preloaded: no test itself.
noinst_PROGRAMS += tests/allocation/failing.so
tests_allocation_failing_so_SOURCES = tests/allocation/failing.c
tests_allocation_failing_so_CFLAGS = $(AM_CFLAGS) -fPIC
tests_allocation_failing_so_LDFLAGS = $(AM_LDFLAGS) -shared

# Each place that asks for memory (EVERY=place), or every k (EVERY=1) or n-th (EVERY=n). TMPDIR=/dev/shm is quicker.
EVERY = place
allocation-failures: tests/allocation/test_allocation tests/allocation/test_screen_allocation
	THAW_EVERY=$(EVERY) THAW_BUILD='$(abs_top_builddir)' tests/allocation/test_allocation
	THAW_EVERY=$(EVERY) THAW_BUILD='$(abs_top_builddir)' tests/allocation/test_screen_allocation
.PHONY: allocation-failures
