noinst_LIBRARIES += src/import/libimport.a
src_import_libimport_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS) $(YAJL_CFLAGS) $(ARCHIVE_CFLAGS) $(ZLIB_CFLAGS) $(SECCOMP_CFLAGS)
src_import_libimport_a_SOURCES = \
	include/import/import.h src/import/import_dataset.c src/import/import_options.c src/import/repeat_command.h src/import/repeat_command.c \
	include/import/format_choice.h \
	src/import/cells.h src/import/cells.c \
	src/import/column_names.h src/import/column_names.c \
	src/import/column_roles.h src/import/column_roles.c \
	src/import/field_names.h src/import/field_names.c \
	src/import/id_cell.h src/import/id_cell.c \
	src/import/id_column.h src/import/id_column.c src/import/id_choice.h src/import/id_choice.c \
	src/import/joins.h src/import/joins.c \
	src/import/rating_guess.h src/import/rating_guess.c src/import/rating_levels.h src/import/rating_levels.c \
	src/import/rating_choice.h src/import/rating_choice.c \
	src/import/role_choice.h src/import/role_choice.c \
	src/import/time_choice.h src/import/time_choice.c \
	src/import/row_sample.h src/import/row_sample.c \
	src/import/source_header.h src/import/source_header.c \
	src/import/time_form.h src/import/time_form.c src/import/time_column.h src/import/time_column.c \
	src/import/time_order.h src/import/time_order.c src/import/date_text.h src/import/date_text.c \
	src/import/source_cell.h src/import/source_cell.c src/import/source_tell.c \
	src/import/decoded.h src/import/decoded.c \
	src/import/encoding_guess.h src/import/encoding_guess.c \
	src/import/encoding_letters.h src/import/encoding_letters.c \
	src/import/encodings.h src/import/encodings.c \
	src/import/file_error.h src/import/file_error.c \
	src/import/decimal_choice.h src/import/decimal_choice.c \
	src/import/dialect.h src/import/dialect.c \
	src/import/file_format.h \
	src/import/folder_names.h src/import/folder_names.c \
	src/import/folder_sides.h src/import/folder_sides.c \
	src/import/input.h src/import/input.c \
	src/import/item_lists.c \
	src/import/json_pairs.c \
	src/import/json_records.c \
	src/import/declared_types.h src/import/declared_types.c \
	src/import/import_names.c \
	src/import/json_row.h src/import/json_row.c \
	src/import/json_shape.c \
	src/import/json_stream.h src/import/json_stream.c \
	src/import/layout.h src/import/layout.c src/import/layout_files.h src/import/layout_files.c \
	src/import/layout_unread.c \
	src/import/lines.h src/import/lines.c \
	src/import/magic.h src/import/magic.c \
	src/import/members.h src/import/members.c \
	src/import/movielens.c \
	src/import/netflix_blocks.c \
	src/import/option_check.h src/import/option_check.c \
	src/import/packed_source.h src/import/packed_source.c \
	src/import/part_columns.h src/import/part_columns.c \
	src/import/source_path.h src/import/source_path.c \
	src/import/python_literal.h src/import/python_literal.c \
	src/import/rating_matrix.c \
	include/import/reader_protocol.h \
	src/import/lua_reader.c \
	src/import/reader_page.h src/import/reader_page.c \
	src/import/reader_rows.h src/import/reader_rows.c \
	src/import/reader_run.h src/import/reader_run.c \
	src/import/records.h src/import/records.c \
	src/import/room.h src/import/room.c \
	src/import/row_reader.h src/import/row_reader.c \
	src/import/row_splitter.h src/import/row_splitter.c \
	src/import/sample_repeats.h src/import/sample_repeats.c \
	src/import/sample.h src/import/sample.c \
	src/import/scan.h src/import/scan.c \
	src/import/separated.c \
	src/import/sides.h src/import/sides.c src/import/side_open.c src/import/side_join.c src/import/side_fold.c \
	src/import/side_table.h src/import/side_table.c \
	src/import/sniffer.h src/import/sniffer.c \
	src/import/sibling.h src/import/sibling.c \
	src/import/source_columns.c \
	src/import/split_files.c \
	src/import/source_table.h src/import/source_walk.c \
	src/import/stream.c \
	src/import/unpack.h src/import/unpack.c \
	src/import/unpack_wall.h src/import/unpack_wall.c \
	src/import/unpacker.h src/import/unpacker.c
