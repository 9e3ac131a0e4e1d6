noinst_LIBRARIES += src/command/libcommand.a
src_command_libcommand_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILD_FOLDER='"$(abs_top_builddir)"' \
	-DSOURCE_FOLDER='"$(abs_top_srcdir)"' \
	-DDATA_FOLDER='"$(pkgdatadir)"'
src_command_libcommand_a_SOURCES = \
	include/command/action.h \
	include/command/command.h \
	include/command/lua_words.h \
	include/command/registry.h \
	include/command/suggest.h \
	src/command/action.c \
	src/command/annotation_page.c \
	src/command/arguments.c \
	src/command/arguments.h \
	src/command/compare_command.c \
	src/command/completion_script.c \
	src/command/data_commands.c \
	src/command/lua_words.c \
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
	src/command/manual_page.c \
	src/command/manual_page.h \
	src/command/paths.c \
	src/command/recommend_command.c src/command/why_command.c src/command/map_command.c src/command/map_nearest.c src/command/map_picture.c include/command/picture_answer.h src/command/picture_answer.c src/command/map_question.h src/command/map_question.c src/command/parts_command.c \
	src/command/tasks_command.c \
	src/command/tasks_json.h src/command/tasks_json.c \
	src/command/registry.c \
	src/command/run_choice.h src/command/run_choice.c \
	src/command/run_commands.c \
	src/command/sql_command.c \
	src/command/start_commands.c \
	src/command/start_commands.h \
	src/command/suggest.c \
	src/command/trials_command.c \
	src/command/waiting.c \
	src/command/waiting.h \
	src/command/word_help.c \
	src/command/word_help.h \
	src/command/work_commands.c

# What scripts can write, as lua/thaw declares it: written by a program that is built here. The file
# stays as it is if a new program writes the same.
src/command/libcommand_a-lua_words.$(OBJEXT): src/command/lua_words_text.h
src/command/lua_words_text.h: src/command/lua_words.stamp
	@:
src/command/lua_words.stamp: thaw-declare$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) src/command && ./thaw-declare$(EXEEXT) >$@.tmp && \
	if cmp -s $@.tmp src/command/lua_words_text.h; then rm -f $@.tmp; \
	else mv $@.tmp src/command/lua_words_text.h; fi && touch $@
CLEANFILES += src/command/lua_words_text.h src/command/lua_words.stamp

# Manual pages, completions and annotations are what the built program says of itself.
man_MANS = thaw.1 thaw-lua.7
thaw.1: thaw$(EXEEXT)
	$(AM_V_GEN)./thaw$(EXEEXT) --db none.db --plain help --man thaw >$@.tmp && mv $@.tmp $@
thaw-lua.7: thaw$(EXEEXT)
	$(AM_V_GEN)./thaw$(EXEEXT) --db none.db --plain help --man thaw-lua >$@.tmp && mv $@.tmp $@

bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = completion/thaw
zshcompletiondir = $(datadir)/zsh/site-functions
nodist_zshcompletion_DATA = completion/_thaw
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_fishcompletion_DATA = completion/thaw.fish
annotationdir = $(pkgdatadir)/annotations
nodist_annotation_DATA = completion/thaw.lua
COMPLETE = $(AM_V_GEN)$(MKDIR_P) completion && ./thaw$(EXEEXT) --db none.db --plain help
completion/thaw: thaw$(EXEEXT)
	$(COMPLETE) --completion bash >$@.tmp && mv $@.tmp $@
completion/_thaw: thaw$(EXEEXT)
	$(COMPLETE) --completion zsh >$@.tmp && mv $@.tmp $@
completion/thaw.fish: thaw$(EXEEXT)
	$(COMPLETE) --completion fish >$@.tmp && mv $@.tmp $@
completion/thaw.lua: thaw$(EXEEXT)
	$(COMPLETE) --annotations >$@.tmp && mv $@.tmp $@
CLEANFILES += $(man_MANS) $(nodist_bashcompletion_DATA) $(nodist_zshcompletion_DATA) \
	$(nodist_fishcompletion_DATA) $(nodist_annotation_DATA)
