noinst_LIBRARIES += src/baseline/libbaseline.a
src_baseline_libbaseline_a_SOURCES =
