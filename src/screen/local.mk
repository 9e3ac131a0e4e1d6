noinst_LIBRARIES += src/screen/libscreen.a
src_screen_libscreen_a_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS)
src_screen_libscreen_a_SOURCES = \
	include/screen/screen.h \
	src/screen/chart.h src/screen/chart.c \
	src/screen/field.h src/screen/field.c \
	src/screen/sheet.h src/screen/sheet.c \
	src/screen/keys.h \
	src/screen/list.h src/screen/list.c \
	src/screen/meter.h src/screen/meter.c \
	src/screen/pager.h src/screen/pager.c \
	src/screen/plot.h src/screen/plot.c \
	src/screen/scale.h src/screen/scale.c \
	src/screen/scroll.h src/screen/scroll.c \
	src/screen/ink.h \
	src/screen/surface.h src/screen/surface.c
src_screen_libscreen_a_SOURCES += \
	src/screen/guardian.h src/screen/guardian.c \
	src/screen/signals.h src/screen/signals.c \
	src/screen/terminal.h src/screen/terminal.c
