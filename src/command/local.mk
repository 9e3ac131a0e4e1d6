noinst_LIBRARIES += src/command/libcommand.a
src_command_libcommand_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILD_FOLDER='"$(abs_top_builddir)"' \
	-DSOURCE_FOLDER='"$(abs_top_srcdir)"' \
	-DDATA_FOLDER='"$(pkgdatadir)"'
src_command_libcommand_a_SOURCES = \
	include/command/action.h \
	include/command/command.h \
	include/command/registry.h \
	include/command/suggest.h \
	src/command/action.c \
	src/command/arguments.c \
	src/command/arguments.h \
	src/command/compare_command.c \
	src/command/data_commands.c \
	src/command/derive_commands.c \
	src/command/doctor_command.c \
	src/command/execute.c \
	src/command/export_command.c \
	src/command/follow.c \
	src/command/follow.h \
	src/command/handlers.h \
	src/command/import_command.c \
	src/command/import_sources.c src/command/import_lists.h src/command/import_lists.c \
	src/command/import_sources.h \
	src/command/typed_line.c \
	src/command/typed_line.h \
	src/command/help.c \
	src/command/interruption.c \
	src/command/interruption.h \
	src/command/key_help.c \
	src/command/paths.c \
	src/command/recommend_command.c src/command/map_command.c src/command/tasks_command.c \
	src/command/tasks_json.h src/command/tasks_json.c \
	src/command/registry.c \
	src/command/run_commands.c \
	src/command/sql_command.c \
	src/command/start_commands.c \
	src/command/start_commands.h \
	src/command/suggest.c \
	src/command/trials_command.c \
	src/command/waiting.c \
	src/command/waiting.h \
	src/command/work_commands.c
