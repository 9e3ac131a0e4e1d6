noinst_LIBRARIES += src/command/libcommand.a
src_command_libcommand_a_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
src_command_libcommand_a_SOURCES = \
	include/command/action.h \
	include/command/command.h \
	include/command/comparison.h \
	include/command/output.h \
	include/command/registry.h
