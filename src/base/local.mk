noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CPPFLAGS = $(AM_CPPFLAGS) -DLIBEXECDIR='"$(libexecdir)"'
src_base_libbase_a_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(NETTLE_CFLAGS)
src_base_libbase_a_SOURCES = \
	include/base/arena.h src/base/arena.c \
	include/base/budget.h src/base/budget.c \
	include/base/bytes.h src/base/bytes.c \
	include/base/calendar.h src/base/calendar.c \
	include/base/clock.h src/base/clock.c \
	include/base/digest.h src/base/digest.c \
	include/base/error.h src/base/error.c \
	include/base/file.h src/base/file.c src/base/file_private.h \
	include/base/folding.h src/base/folding.c \
	include/base/file_output.h src/base/file_output.c \
	include/base/file_watch.h src/base/file_watch.c \
	include/base/list.h \
	include/base/list_text.h src/base/list_text.c \
	include/base/matcher.h src/base/matcher.c \
	include/base/memory.h src/base/memory.c \
	include/base/module_scan.h src/base/module_scan.c \
	include/base/yajl_memory.h \
	include/base/numbers.h \
	include/base/patience.h src/base/patience.c \
	include/base/random.h src/base/random.c \
	include/base/stretches.h src/base/stretches.c \
	include/base/suggestion.h src/base/suggestion.c \
	include/base/text.h src/base/text.c \
	include/base/worker_program.h src/base/worker_program.c
