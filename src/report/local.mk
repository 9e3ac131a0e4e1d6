noinst_LIBRARIES += src/report/libreport.a
src_report_libreport_a_CFLAGS = $(AM_CFLAGS) $(YAJL_CFLAGS)
src_report_libreport_a_SOURCES = \
	include/report/bar.h \
	include/report/compare_report.h \
	include/report/comparison_words.h \
	include/report/dataset_export.h \
	include/report/dataset_report.h \
	include/report/dataset_words.h \
	include/report/figures.h \
	include/report/import_meter.h \
	include/report/ink.h \
	include/report/json.h \
	include/report/listing.h \
	include/report/output.h \
	include/report/picture.h include/report/plot.h \
	include/report/query_report.h \
	include/report/run_report.h \
	include/report/shape_report.h \
	include/report/table_writer.h \
	src/report/bar.c \
	src/report/compare_json.c \
	src/report/compare_report.c \
	src/report/comparison_words.c \
	src/report/dataset_export.c \
	src/report/dataset_report.c \
	src/report/dataset_words.c \
	src/report/export_again.c \
	src/report/export_again.h \
	src/report/export_columns.c \
	src/report/export_columns.h \
	src/report/figures.c \
	src/report/import_meter.c \
	src/report/import_report.c \
	src/report/json.c \
	src/report/listing.c \
	src/report/listing_layout.c \
	src/report/listing_print.c \
	src/report/output.c \
	src/report/picture.c src/report/picture_svg.c src/report/plot.c \
	src/report/progress_report.c \
	src/report/query_report.c \
	src/report/run_report.c \
	src/report/shape_facts.c \
	src/report/shape_facts.h \
	src/report/shape_json.c \
	src/report/shape_tables.c \
	src/report/shape_warnings.c \
	src/report/table_writer.c \
	src/report/user_report.c
