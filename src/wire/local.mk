noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_SOURCES = \
	include/wire/frame.h src/wire/frame.c \
	include/wire/codec.h src/wire/codec.c \
	include/wire/question.h src/wire/question.c \
	include/wire/message.h src/wire/message.c \
	include/wire/report.h src/wire/report.c \
	include/wire/confinement.h src/wire/confinement.c
