noinst_LIBRARIES += src/baseline/libbaseline.a
src_baseline_libbaseline_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
src_baseline_libbaseline_a_SOURCES = \
	include/baseline/baseline.h \
	src/baseline/plain.c \
	src/baseline/closed_form.c \
	src/baseline/closed_form.h \
	src/baseline/design.c \
	src/baseline/design.h \
	src/baseline/entity_levels.h \
	src/baseline/evidence.c \
	src/baseline/evidence.h \
	src/baseline/exposure.c \
	src/baseline/exposure.h \
	src/baseline/gaussian_fit.c \
	src/baseline/gaussian.c \
	src/baseline/gaussian.h \
	src/baseline/gaussian_newcomer.c \
	src/baseline/plain.h \
	src/baseline/popularity.c \
	src/baseline/popularity.h \
	src/baseline/strength.c \
	src/baseline/strength.h \
	src/baseline/symmetric.c \
	src/baseline/symmetric.h
