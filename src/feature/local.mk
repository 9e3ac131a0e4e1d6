noinst_LIBRARIES += src/feature/libfeature.a
src_feature_libfeature_a_SOURCES = include/feature/feature.h src/feature/feature_space.c \
  src/feature/source.h src/feature/source.c src/feature/vocabulary.h src/feature/vocabulary.c \
  src/feature/feature_lookup.c
