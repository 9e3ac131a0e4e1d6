noinst_LIBRARIES += src/baseline/libbaseline.a
src_baseline_libbaseline_a_SOURCES = include/baseline/baseline.h src/baseline/baseline.c \
  src/baseline/closed_form.h src/baseline/closed_form.c src/baseline/shrink_choice.c
