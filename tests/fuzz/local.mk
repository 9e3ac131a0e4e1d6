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
	tests/fuzz/fuzz_encoding
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
