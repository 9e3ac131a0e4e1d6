noinst_LIBRARIES += src/script/libscript.a src/script/libscript_double.a
SCRIPT_SOURCES = \
	include/script/script.h \
	src/script/company.c src/script/company.h \
	src/script/declaration.c src/script/experiment.c src/script/fields.c src/script/blame.c \
	src/script/gradient_report.c src/script/learned_table.c \
	src/script/heap.c src/script/heap.h src/script/heap_private.h src/script/heap_rewind.c \
	src/script/host_functions.c \
	src/script/lane.c src/script/lane.h \
	src/script/library.c src/script/library.h \
	src/script/lua_call.c src/script/lua_call.h \
	src/script/lua_training.c src/script/lua_learner.h src/script/lua_prediction.c \
	src/script/lua_plain.c \
	src/script/pretrained.c src/script/pretrained.h \
	src/script/lua_columns.c src/script/lua_embedding.c \
	src/script/lua_rows.c src/script/lua_rows.h src/script/lua_serving.c \
	src/script/lua_value.c src/script/lua_value_methods.c \
	src/script/mapping.c src/script/own_draw.c src/script/mapped_row.h src/script/mapped_row.c src/script/mapping_part.h src/script/mapping_part.c \
	include/script/manual.h src/script/manual.c \
	src/script/mapping.c src/script/mapped_row.h src/script/mapped_row.c src/script/mapping_part.h src/script/mapping_part.c \
	src/script/metric_call.c \
	src/script/pattern.c src/script/pattern.h \
	include/script/reader_host.h src/script/reader_host.c \
	src/script/reader_result.h src/script/reader_result.c \
	src/script/safe_base.c src/script/safe_coroutine.c \
	src/script/safe_library.c src/script/safe_library.h \
	src/script/safe_pattern.c src/script/safe_string.c src/script/safe_table.c \
	src/script/sandbox_call.c src/script/sandbox.h src/script/sandbox_private.h \
	src/script/sandbox_error.c src/script/sandbox_module.c \
	src/script/script_host.c src/script/script_host.h \
	src/script/shard.c src/script/shard.h
src_script_libscript_a_SOURCES = $(SCRIPT_SOURCES)
src_script_libscript_a_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
src_script_libscript_double_a_SOURCES = $(SCRIPT_SOURCES)
src_script_libscript_double_a_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
src_script_libscript_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE

# The program carries lua/thaw/ in itself: the worker cannot open files.
src/script/libscript_a-library.$(OBJEXT): src/script/library_text.h
src/script/libscript_double_a-library.$(OBJEXT): src/script/library_text.h
src/script/library_text.h: $(thaw_lua) build-aux/embed.awk
	$(AM_V_GEN)$(MKDIR_P) src/script && \
	(cd $(top_srcdir) && LC_ALL=C $(AWK) -f build-aux/embed.awk $(thaw_lua)) >$@.tmp && mv $@.tmp $@
EXTRA_DIST += build-aux/embed.awk
BUILT_SOURCES += src/script/library_text.h
CLEANFILES += src/script/library_text.h
