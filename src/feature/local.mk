noinst_LIBRARIES += src/feature/libfeature.a
src_feature_libfeature_a_SOURCES =
