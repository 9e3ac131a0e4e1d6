check_PROGRAMS += tests/report/test_report
tests_report_test_report_SOURCES = tests/report/test_report.c
tests_report_test_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_report_test_report_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
tests_report_test_report_LDADD = tests/comparison/libbench.a $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/report/test_paper
tests_report_test_paper_SOURCES = tests/report/test_paper.c
tests_report_test_paper_LDADD = $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/report/test_shape
tests_report_test_shape_SOURCES = tests/report/test_shape.c tests/report/shape_oracle.inc
tests_report_test_shape_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
tests_report_test_shape_LDADD = $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/report/shape_oracle.py tests/report/shape_of_real_data.sh
TESTS += tests/report/shape_of_real_data.sh
check_PROGRAMS += tests/report/test_export
tests_report_test_export_SOURCES = tests/report/test_export.c tests/report/round_trip.c tests/report/round_trip.h
tests_report_test_export_LDADD = $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/report/test_export_ends
tests_report_test_export_ends_SOURCES = tests/report/test_export_ends.c tests/report/round_trip.c tests/report/round_trip.h
tests_report_test_export_ends_LDADD = $(REPORT_LIBS_ALL) $(CMOCKA_LIBS)

# make differential CASES=10000 ROUND_TRIPS=300: files as Python reads them, and exports that come back.
CASES = 10000
FIRST_CASE = 1
ROUND_TRIPS = 300
differential: tests/import/test_import_rows tests/report/test_export
	srcdir=$(srcdir) THAW_ORACLE_SEED=$(FIRST_CASE) THAW_ORACLE_COUNT=$(CASES) tests/import/test_import_rows
	srcdir=$(srcdir) THAW_ROUND_TRIPS=$(ROUND_TRIPS) tests/report/test_export
.PHONY: differential
