noinst_LIBRARIES += src/evaluate/libevaluate.a
src_evaluate_libevaluate_a_SOURCES =
