noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
src_store_libstore_a_SOURCES = \
	include/store/grid_store.h include/store/store.h src/store/store.c src/store/store_private.h \
	src/store/schema.h src/store/schema.c \
	src/store/statement.h src/store/statement.c
