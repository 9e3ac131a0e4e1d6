noinst_LIBRARIES += src/command/libcommand.a
src_command_libcommand_a_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
src_command_libcommand_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILD_FOLDER='"$(abs_top_builddir)"' \
	-DSOURCE_FOLDER='"$(abs_top_srcdir)"' \
	-DDATA_FOLDER='"$(pkgdatadir)"'
src_command_libcommand_a_SOURCES = \
	include/command/action.h include/command/registry.h src/command/registry.c \
	include/command/command.h src/command/execute.c src/command/handlers.h \
	include/command/comparison.h src/command/comparison.c src/command/comparison_private.h \
	include/command/output.h src/command/output.c \
	src/command/arguments.h src/command/arguments.c src/command/suggest.c \
	src/command/compare_command.c \
	src/command/compare_report.h src/command/compare_report.c src/command/user_report.c \
	src/command/comparison_answers.c src/command/comparison_gains.c \
	src/command/comparison_judge.c src/command/comparison_layout.c src/command/comparison_runs.c \
	src/command/data_commands.c src/command/doctor_command.c \
	src/command/dataset_report.h src/command/dataset_report.c \
	src/command/figures.h src/command/figures.c \
	src/command/follow.h src/command/follow.c \
	src/command/help.c \
	src/command/json.h src/command/json.c \
	src/command/listing.h src/command/listing.c \
	src/command/paths.h src/command/paths.c \
	src/command/waiting.h src/command/waiting.c \
	src/command/progress.c \
	src/command/recommend_command.c \
	src/command/run_commands.c src/command/trials_command.c \
	src/command/run_report.h src/command/run_report.c \
	src/command/start_commands.h src/command/start_commands.c \
	src/command/user_card.c \
	src/command/work_commands.c
