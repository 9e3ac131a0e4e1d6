# tests of script
check_PROGRAMS += tests/script/test_sandbox
tests_script_test_sandbox_SOURCES = tests/script/test_sandbox.c
tests_script_test_sandbox_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script
tests_script_test_sandbox_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
tests_script_test_sandbox_LDADD = $(SCRIPT_LIBS_ALL) $(CMOCKA_LIBS)
