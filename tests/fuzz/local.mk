# Harnesses for a fuzzer, which `make check` runs on the inputs that are kept in corpus/.
FUZZ_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src -I$(top_srcdir)/tests
check_LIBRARIES += tests/fuzz/libfuzz.a tests/fuzz/libreplay.a
tests_fuzz_libfuzz_a_SOURCES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay.c
# Whose main it is; fuzz.sh puts libFuzzer's in its place.
FUZZ_MAIN = tests/fuzz/libreplay.a
FUZZ_HARNESSES = \
	tests/fuzz/fuzz_blob tests/fuzz/fuzz_checkpoint tests/fuzz/fuzz_dataset tests/fuzz/fuzz_expression \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_import tests/fuzz/fuzz_json tests/fuzz/fuzz_key tests/fuzz/fuzz_message \
	tests/fuzz/fuzz_number tests/fuzz/fuzz_option tests/fuzz/fuzz_query tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_rows tests/fuzz/fuzz_source tests/fuzz/fuzz_surface tests/fuzz/fuzz_text tests/fuzz/fuzz_unpack \
	tests/fuzz/fuzz_encoding tests/fuzz/fuzz_magic tests/fuzz/fuzz_vectors tests/fuzz/fuzz_sqlite tests/fuzz/fuzz_page \
	tests/fuzz/fuzz_csv tests/fuzz/fuzz_records tests/fuzz/fuzz_literal tests/fuzz/fuzz_recbole tests/fuzz/fuzz_movielens tests/fuzz/fuzz_netflix \
	tests/fuzz/fuzz_matrix tests/fuzz/fuzz_lastfm tests/fuzz/fuzz_lists tests/fuzz/fuzz_pairs tests/fuzz/fuzz_joined
check_PROGRAMS += $(FUZZ_HARNESSES)
tests_fuzz_fuzz_blob_SOURCES = tests/fuzz/fuzz_blob.c
tests_fuzz_fuzz_blob_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_blob_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(STORE_LIBS_ALL)
tests_fuzz_fuzz_checkpoint_SOURCES = tests/fuzz/fuzz_checkpoint.c tests/baseline/small_world.c tests/baseline/small_world.h
tests_fuzz_fuzz_checkpoint_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_checkpoint_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(WORKER_LIBS_ALL)
tests_fuzz_fuzz_dataset_SOURCES = tests/fuzz/fuzz_dataset.c
tests_fuzz_fuzz_dataset_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_dataset_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(DATA_LIBS_ALL)
tests_fuzz_fuzz_expression_SOURCES = tests/fuzz/fuzz_expression.c
tests_fuzz_fuzz_expression_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_expression_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_fuzz_fuzz_expression_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(STORE_LIBS_ALL)
tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c
tests_fuzz_fuzz_frame_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(KEEPER_LIBS_ALL)
tests_fuzz_fuzz_import_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_import_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_import_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c
tests_fuzz_fuzz_json_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_json_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(COMMAND_LIBS_ALL)
tests_fuzz_fuzz_key_SOURCES = tests/fuzz/fuzz_key.c
tests_fuzz_fuzz_key_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_key_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(SCREEN_LIBS_ALL)
tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c
tests_fuzz_fuzz_message_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_message_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(WIRE_LIBS_ALL)
tests_fuzz_fuzz_number_SOURCES = tests/fuzz/fuzz_number.c
tests_fuzz_fuzz_number_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_number_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(BASE_LIBS_ALL)
tests_fuzz_fuzz_option_SOURCES = tests/fuzz/fuzz_option.c
tests_fuzz_fuzz_option_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_option_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(COMMAND_LIBS_ALL)
tests_fuzz_fuzz_query_SOURCES = tests/fuzz/fuzz_query.c
tests_fuzz_fuzz_query_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_query_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_fuzz_fuzz_query_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(STORE_LIBS_ALL)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c
tests_fuzz_fuzz_request_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_request_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(KEEPER_LIBS_ALL)
tests_fuzz_fuzz_source_SOURCES = tests/fuzz/fuzz_source.c
tests_fuzz_fuzz_source_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_source_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(SCREEN_LIBS_ALL) $(SCRIPT_LIBS_ALL)
tests_fuzz_fuzz_surface_SOURCES = tests/fuzz/fuzz_surface.c
tests_fuzz_fuzz_surface_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_surface_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(SCREEN_LIBS_ALL)
tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz_text.c
tests_fuzz_fuzz_text_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_text_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(BASE_LIBS_ALL)
tests_fuzz_fuzz_rows_SOURCES = tests/fuzz/fuzz_rows.c
tests_fuzz_fuzz_rows_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_rows_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_unpack_SOURCES = tests/fuzz/fuzz_unpack.c
tests_fuzz_fuzz_unpack_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_unpack_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_encoding_SOURCES = tests/fuzz/fuzz_encoding.c
tests_fuzz_fuzz_encoding_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_encoding_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_magic_SOURCES = tests/fuzz/fuzz_magic.c
tests_fuzz_fuzz_magic_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_magic_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_vectors_SOURCES = tests/fuzz/fuzz_vectors.c
tests_fuzz_fuzz_vectors_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_vectors_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(KEEPER_LIBS_ALL)
tests_fuzz_fuzz_sqlite_SOURCES = tests/fuzz/fuzz_sqlite.c
tests_fuzz_fuzz_sqlite_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_sqlite_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(STORE_LIBS_ALL)
tests_fuzz_fuzz_page_SOURCES = tests/fuzz/fuzz_page.c
tests_fuzz_fuzz_page_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_page_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS) $(WORKER_LIBS_ALL)

# The importer with the files of one reader alone.
tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_csv_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"csv"'
tests_fuzz_fuzz_csv_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_records_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_records_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"records"'
tests_fuzz_fuzz_records_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_literal_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_literal_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"literal"'
tests_fuzz_fuzz_literal_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_recbole_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_recbole_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"recbole"'
tests_fuzz_fuzz_recbole_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_movielens_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_movielens_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"movielens"'
tests_fuzz_fuzz_movielens_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_netflix_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_netflix_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"netflix"'
tests_fuzz_fuzz_netflix_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_matrix_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_matrix_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"matrix"'
tests_fuzz_fuzz_matrix_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_lastfm_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_lastfm_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"lastfm"'
tests_fuzz_fuzz_lastfm_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_lists_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_lists_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"lists"'
tests_fuzz_fuzz_lists_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_pairs_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_pairs_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"pairs"'
tests_fuzz_fuzz_pairs_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)
tests_fuzz_fuzz_joined_SOURCES = tests/fuzz/fuzz_import.c
tests_fuzz_fuzz_joined_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_READER='"joined"'
tests_fuzz_fuzz_joined_LDADD = $(FUZZ_MAIN) tests/fuzz/libfuzz.a $(IMPORT_LIBS_ALL)

# make fuzz SECONDS=60 JOBS=1 FUZZ="frame text": with clang and libFuzzer, in fuzz-build/.
SECONDS = 60
JOBS = 1
FUZZ = $(FUZZ_HARNESSES)
fuzz: $(BUILT_SOURCES)
	+sh $(srcdir)/tests/fuzz/fuzz.sh $(abs_top_srcdir) $(SECONDS) $(JOBS) $(FUZZ)
.PHONY: fuzz
EXTRA_DIST += tests/fuzz/fuzz.sh tests/fuzz/corpus docs/RELIABILITY.md
clean-local:
	rm -rf fuzz-build
