check_PROGRAMS += tests/import/test_import_cases tests/import/test_import_hostile tests/import/test_import_store \
	tests/import/test_import_archives tests/import/test_import_encodings
tests_import_test_import_cases_SOURCES = tests/import/test_import_cases.c
tests_import_test_import_cases_DEPENDENCIES = thaw-worker$(EXEEXT) src/import/libimport.a
tests_import_test_import_cases_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/import/import.test tests/import/joins.test tests/import/kinds.test tests/import/readers.test
tests_import_test_import_hostile_SOURCES = tests/import/test_import_hostile.c
tests_import_test_import_hostile_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
# Import and store have one rank and meet above both; this test is their first meeting.
tests_import_test_import_store_SOURCES = tests/import/test_import_store.c
tests_import_test_import_store_LDADD = $(IMPORT_LIBS) $(STORE_LIBS_ALL) $(CMOCKA_LIBS)
tests_import_test_import_archives_SOURCES = tests/import/test_import_archives.c tests/import/packed_folder.c tests/import/packed_folder.h \
	tests/import/archive_maker.c tests/import/archive_maker.h
tests_import_test_import_archives_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_import_test_import_archives_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/import/test_refused_archives
tests_import_test_refused_archives_SOURCES = tests/import/test_refused_archives.c tests/import/packed_folder.c tests/import/packed_folder.h \
	tests/import/archive_maker.c tests/import/archive_maker.h
tests_import_test_refused_archives_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_import_test_refused_archives_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
tests_import_test_import_encodings_SOURCES = tests/import/test_import_encodings.c
tests_import_test_import_encodings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_import_test_import_encodings_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/import/encoding_oracle.inc tests/import/encoding_oracle.py
check_PROGRAMS += tests/import/test_import_rows
tests_import_test_import_rows_SOURCES = tests/import/test_import_rows.c
tests_import_test_import_rows_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_import_test_import_rows_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/import/rows_oracle.py tests/import/rows_oracle.txt
check_PROGRAMS += tests/import/test_import_reader
tests_import_test_import_reader_SOURCES = tests/import/test_import_reader.c
tests_import_test_import_reader_DEPENDENCIES = thaw-worker$(EXEEXT) src/import/libimport.a
tests_import_test_import_reader_LDADD = $(IMPORT_LIBS_ALL) $(CMOCKA_LIBS)
