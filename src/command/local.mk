noinst_LIBRARIES += src/command/libcommand.a
src_command_libcommand_a_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
src_command_libcommand_a_SOURCES = \
	include/command/action.h \
	include/command/command.h \
	include/command/comparison.h src/command/comparison.c src/command/comparison_private.h \
	include/command/output.h \
	include/command/registry.h \
	src/command/comparison_judge.c src/command/comparison_runs.c \
	src/command/user_card.c
