# tests of wire
check_PROGRAMS += tests/wire/test_frame
tests_wire_test_frame_SOURCES = tests/wire/test_frame.c
tests_wire_test_frame_LDADD = $(WIRE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/wire/test_message
tests_wire_test_message_SOURCES = tests/wire/test_message.c tests/wire/sample_messages.c tests/wire/sample_messages.h
tests_wire_test_message_LDADD = $(WIRE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/wire/test_message_bytes
tests_wire_test_message_bytes_SOURCES = tests/wire/test_message_bytes.c tests/wire/sample_messages.c \
	tests/wire/sample_messages.h
tests_wire_test_message_bytes_LDADD = $(WIRE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/wire/test_question
tests_wire_test_question_SOURCES = tests/wire/test_question.c
tests_wire_test_question_LDADD = $(WIRE_LIBS_ALL) $(CMOCKA_LIBS)
