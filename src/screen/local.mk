noinst_LIBRARIES += src/screen/libscreen.a
src_screen_libscreen_a_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS)
src_screen_libscreen_a_SOURCES = \
	include/screen/screen.h src/screen/screen.c \
	src/screen/app.h src/screen/app.c \
	src/screen/bindings.h src/screen/bindings.c \
	src/screen/chart.h src/screen/chart.c \
	src/screen/check_errand.h src/screen/check_errand.c \
	src/screen/command_errand.h src/screen/command_errand.c \
	src/screen/compare_view.c src/screen/compare_words.h src/screen/compare_words.c \
	src/screen/data_view.c \
	src/screen/errands.h src/screen/errands.c \
	src/screen/field.h src/screen/field.c \
	src/screen/numerals.h src/screen/numerals.c \
	src/screen/frame.h src/screen/frame.c \
	src/screen/guardian.h src/screen/guardian.c \
	src/screen/ink.h \
	src/screen/keyboard.h src/screen/keyboard.c \
	src/screen/keys.h \
	src/screen/list.h src/screen/list.c \
	src/screen/lua_ink.h src/screen/lua_ink.c \
	src/screen/meter.h src/screen/meter.c \
	src/screen/pager.h src/screen/pager.c \
	src/screen/plot.h src/screen/plot.c \
	src/screen/scale.h src/screen/scale.c \
	src/screen/script_list.h src/screen/script_list.c \
	src/screen/scripts_view.c \
	src/screen/scroll.h src/screen/scroll.c \
	src/screen/setting_text.h src/screen/setting_text.c \
	src/screen/sheet.h src/screen/sheet.c \
	src/screen/shots_chart.h src/screen/shots_chart.c \
	src/screen/signals.h src/screen/signals.c \
	src/screen/surface.h src/screen/surface.c \
	src/screen/table_view.c \
	src/screen/terminal.h src/screen/terminal.c \
	src/screen/train_view.c \
	src/screen/training.h src/screen/training.c \
	src/screen/user_view.c \
	src/screen/users_view.c \
	src/screen/view.h
