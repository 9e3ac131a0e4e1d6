check_PROGRAMS += tests/report/test_report
tests_report_test_report_SOURCES = tests/report/test_report.c
tests_report_test_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_report_test_report_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
tests_report_test_report_LDADD = tests/comparison/libbench.a $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/report/test_paper
tests_report_test_paper_SOURCES = tests/report/test_paper.c
tests_report_test_paper_LDADD = $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)
