noinst_LIBRARIES += src/import/libimport.a
src_import_libimport_a_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
src_import_libimport_a_SOURCES = \
	include/import/import.h src/import/import_dataset.c \
	src/import/cells.h src/import/cells.c \
	src/import/column_names.h src/import/column_names.c \
	src/import/declared_types.h src/import/declared_types.c \
	src/import/file_format.h \
	src/import/import_names.c \
	src/import/json_lines.c \
	src/import/json_row.h src/import/json_row.c \
	src/import/layout.h src/import/layout.c \
	src/import/lines.h src/import/lines.c \
	src/import/movielens.c \
	src/import/python_literal.h src/import/python_literal.c \
	src/import/quoted.c \
	src/import/records.h src/import/records.c \
	src/import/scan.h src/import/scan.c \
	src/import/source_columns.c \
	src/import/source_table.h src/import/source_table.c \
	src/import/delimited.c
