SCREEN_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
check_PROGRAMS += tests/screen/test_surface tests/screen/test_chart tests/screen/test_newcomer tests/screen/test_widgets
tests_screen_test_surface_SOURCES = tests/screen/test_surface.c
tests_screen_test_surface_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_test_surface_LDADD = $(SCREEN_LIBS_ALL) $(CMOCKA_LIBS)
tests_screen_test_newcomer_SOURCES = tests/screen/test_newcomer.c
tests_screen_test_newcomer_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_test_newcomer_LDADD = $(SCREEN_LIBS_ALL) $(CMOCKA_LIBS)
tests_screen_test_chart_SOURCES = tests/screen/test_chart.c
tests_screen_test_chart_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_test_chart_LDADD = $(SCREEN_LIBS_ALL) $(CMOCKA_LIBS)
tests_screen_test_widgets_SOURCES = tests/screen/test_widgets.c
tests_screen_test_widgets_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_test_widgets_LDADD = $(SCREEN_LIBS_ALL) $(CMOCKA_LIBS)
# Programs in a terminal of their own.
check_PROGRAMS += tests/screen/test_terminal
noinst_PROGRAMS += tests/screen/terminal_probe
tests_screen_terminal_probe_SOURCES = tests/screen/terminal_probe.c
tests_screen_terminal_probe_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_terminal_probe_LDADD = $(SCREEN_LIBS_ALL)
tests_screen_test_terminal_SOURCES = tests/screen/test_terminal.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_terminal_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DPROBE_PATH='"$(abs_top_builddir)/tests/screen/terminal_probe"'
tests_screen_test_terminal_LDADD = $(BASE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/screen/test_mouse
tests_screen_test_mouse_SOURCES = tests/screen/test_mouse.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_mouse_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_mouse_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/screen/test_pages
tests_screen_test_pages_SOURCES = tests/screen/test_pages.c tests/screen/page_session.c tests/screen/page_session.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_pages_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_pages_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_pages_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_page_lists
tests_screen_test_page_lists_SOURCES = tests/screen/test_page_lists.c tests/screen/page_session.c tests/screen/page_session.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_page_lists_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_page_lists_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_page_lists_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_page_keys
tests_screen_test_page_keys_SOURCES = tests/screen/test_page_keys.c tests/screen/page_session.c tests/screen/page_session.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_page_keys_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_page_keys_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_page_keys_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_page_sizes
tests_screen_test_page_sizes_SOURCES = tests/screen/test_page_sizes.c tests/screen/page_session.c tests/screen/page_session.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_page_sizes_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_page_sizes_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_page_sizes_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_page_life
tests_screen_test_page_life_SOURCES = tests/screen/test_page_life.c tests/screen/page_session.c tests/screen/page_session.h \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_page_life_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_page_life_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_page_life_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a

check_PROGRAMS += tests/screen/test_screen_parts
tests_screen_test_screen_parts_SOURCES = tests/screen/test_screen_parts.c
tests_screen_test_screen_parts_CPPFLAGS = $(SCREEN_TEST_CPPFLAGS)
tests_screen_test_screen_parts_LDADD = $(SCREEN_LIBS_ALL) $(CMOCKA_LIBS)

check_PROGRAMS += tests/screen/test_answers
tests_screen_test_answers_SOURCES = tests/screen/test_answers.c \
	$(HOSTILE_PARTS) \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_answers_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/script $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"' -DSOURCE_PATH='"$(abs_top_srcdir)"'
EXTRA_tests_screen_test_answers_DEPENDENCIES = thaw$(EXEEXT) thaw-worker$(EXEEXT)
tests_screen_test_answers_LDADD = $(BASE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/screen/test_live
tests_screen_test_live_SOURCES = tests/screen/test_live.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_live_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"' -DSOURCE_PATH='"$(abs_top_srcdir)"'
tests_screen_test_live_LDADD = $(BASE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_live_DEPENDENCIES = thaw thaw-worker src/base/libbase.a

check_PROGRAMS += tests/screen/test_storm
tests_screen_test_storm_SOURCES = tests/screen/test_storm.c \
	tests/screen/key_storm.h tests/screen/key_storm.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_storm_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_storm_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_storm_DEPENDENCIES = thaw thaw-worker src/store/libstore.a src/data/libdata.a src/base/libbase.a

check_PROGRAMS += tests/screen/test_waiting
tests_screen_test_waiting_SOURCES = tests/screen/test_waiting.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_waiting_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"' -DSOURCE_PATH='"$(abs_top_srcdir)"'
tests_screen_test_waiting_LDADD = $(BASE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_waiting_DEPENDENCIES = thaw thaw-worker src/base/libbase.a

check_PROGRAMS += tests/screen/test_plan_page
tests_screen_test_plan_page_SOURCES = tests/screen/test_plan_page.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_plan_page_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_plan_page_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_plan_page_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_sheet
tests_screen_test_sheet_SOURCES = tests/screen/test_sheet.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_sheet_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_sheet_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_sheet_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_table
tests_screen_test_table_SOURCES = tests/screen/test_table.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c \
	tests/screen/workbench.h tests/screen/workbench.c tests/store/text_cell.h
tests_screen_test_table_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"'
tests_screen_test_table_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_screen_test_table_LDADD = $(STORE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_table_DEPENDENCIES = thaw src/store/libstore.a src/data/libdata.a src/base/libbase.a
check_PROGRAMS += tests/screen/test_scripts
tests_screen_test_scripts_SOURCES = tests/screen/test_scripts.c \
	tests/screen/terminal_session.h tests/screen/terminal_session.c
tests_screen_test_scripts_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS) \
	-DTHAW_PATH='"$(abs_top_builddir)/thaw"' -DSOURCE_PATH='"$(abs_top_srcdir)"'
tests_screen_test_scripts_LDADD = $(BASE_LIBS_ALL) $(VTERM_LIBS) $(CMOCKA_LIBS)
tests_screen_test_scripts_DEPENDENCIES = thaw thaw-worker src/base/libbase.a
