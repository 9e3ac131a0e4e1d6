check_PROGRAMS += tests/command/test_registry
tests_command_test_registry_SOURCES = tests/command/test_registry.c
tests_command_test_registry_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/command
tests_command_test_registry_LDADD = $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/command/test_arguments
tests_command_test_arguments_SOURCES = tests/command/test_arguments.c
tests_command_test_arguments_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/command
tests_command_test_arguments_LDADD = $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/command/test_program tests/command/test_data_commands tests/command/test_on_terminal
SHELL_PARTS = tests/command/shell.c tests/command/shell.h
SHELL_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
SHELL_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS) $(SQLITE_CFLAGS)
SHELL_LIBS_ALL = tests/comparison/libbench.a $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)
tests_command_test_program_SOURCES = tests/command/test_program.c $(SHELL_PARTS)
tests_command_test_program_CPPFLAGS = $(SHELL_CPPFLAGS)
tests_command_test_program_CFLAGS = $(SHELL_CFLAGS)
tests_command_test_program_LDADD = $(SHELL_LIBS_ALL)
tests_command_test_data_commands_SOURCES = tests/command/test_data_commands.c $(SHELL_PARTS)
tests_command_test_data_commands_CPPFLAGS = $(SHELL_CPPFLAGS)
tests_command_test_data_commands_CFLAGS = $(SHELL_CFLAGS)
tests_command_test_data_commands_LDADD = $(SHELL_LIBS_ALL)
tests_command_test_on_terminal_SOURCES = tests/command/test_on_terminal.c $(SHELL_PARTS)
tests_command_test_on_terminal_CPPFLAGS = $(SHELL_CPPFLAGS)
tests_command_test_on_terminal_CFLAGS = $(SHELL_CFLAGS)
tests_command_test_on_terminal_LDADD = $(SHELL_LIBS_ALL)

# Layers of the jail that the system refuses.
check_PROGRAMS += tests/command/test_unjailed
tests_command_test_unjailed_SOURCES = tests/command/test_unjailed.c
tests_command_test_unjailed_DEPENDENCIES = thaw$(EXEEXT) thaw-worker$(EXEEXT) thaw-worker-double$(EXEEXT) \
	tests/command/without_layers$(EXEEXT) src/keeper/libkeeper.a
tests_command_test_unjailed_LDADD = $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)
noinst_PROGRAMS += tests/command/without_layers
tests_command_without_layers_SOURCES = tests/command/without_layers.c
tests_command_without_layers_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
tests_command_without_layers_LDADD = $(SECCOMP_LIBS)
check_PROGRAMS += tests/command/test_doctor
tests_command_test_doctor_SOURCES = tests/command/test_doctor.c tests/command/patient.c tests/command/patient.h
tests_command_test_doctor_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_command_test_doctor_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_command_test_doctor_LDADD = tests/comparison/libbench.a $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/command/test_doctor_findings
tests_command_test_doctor_findings_SOURCES = tests/command/test_doctor_findings.c tests/command/patient.c \
	tests/command/patient.h
tests_command_test_doctor_findings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_command_test_doctor_findings_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_command_test_doctor_findings_LDADD = tests/comparison/libbench.a $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)
# Neighbours, special files, SQL and full disks, on the real program.
TESTS += tests/command/test_attacks.sh
EXTRA_DIST += tests/command/test_attacks.sh
# The experiments about data that is not bundled, on invented rows.
TESTS += tests/command/examples.sh
EXTRA_DIST += tests/command/examples.sh tests/command/examples.awk
TESTS += tests/command/why.sh
EXTRA_DIST += tests/command/why.sh tests/command/why_oracle.py
TESTS += tests/command/implicit.sh
EXTRA_DIST += tests/command/implicit.sh tests/command/implicit_oracle.py
TESTS += tests/command/import_again.sh
EXTRA_DIST += tests/command/import_again.sh tests/command/import_again.py
# Metrics of a script against a program in Python.
TESTS += tests/command/own_metrics.sh
EXTRA_DIST += tests/command/own_metrics.sh tests/command/own_metrics.py
TESTS += tests/command/test_vectors.sh
EXTRA_DIST += tests/command/test_vectors.sh
# Declarations of Lua and what is made of them.
check_PROGRAMS += tests/command/test_lua_words
tests_command_test_lua_words_SOURCES = tests/command/test_lua_words.c
tests_command_test_lua_words_LDADD = $(COMMAND_LIBS_ALL) $(CMOCKA_LIBS)
TESTS += tests/command/declarations.sh tests/command/completions.sh
EXTRA_DIST += tests/command/declarations.sh tests/command/completions.sh
