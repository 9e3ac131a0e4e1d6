noinst_LIBRARIES += src/evaluate/libevaluate.a
src_evaluate_libevaluate_a_SOURCES = include/evaluate/evaluate.h src/evaluate/metric.c \
  src/evaluate/bootstrap.c
