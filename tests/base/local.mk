check_PROGRAMS += tests/base/test_base tests/base/test_text tests/base/test_file
tests_base_test_base_SOURCES = tests/base/test_base.c
tests_base_test_base_LDADD = $(BASE_LIBS_ALL) $(CMOCKA_LIBS)
tests_base_test_text_SOURCES = tests/base/test_text.c
tests_base_test_text_LDADD = $(BASE_LIBS_ALL) $(CMOCKA_LIBS)
tests_base_test_file_SOURCES = tests/base/test_file.c
tests_base_test_file_LDADD = $(BASE_LIBS_ALL) $(CMOCKA_LIBS)
