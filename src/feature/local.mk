noinst_LIBRARIES += src/feature/libfeature.a
src_feature_libfeature_a_SOURCES = include/feature/feature.h include/feature/text_part.h \
  src/feature/feature_space.c \
  src/feature/source.h src/feature/source.c src/feature/vocabulary.h src/feature/vocabulary.c \
  src/feature/feature_lookup.c src/feature/bucket_fit.h src/feature/bucket_fit.c \
  src/feature/number_fit.h src/feature/number_fit.c src/feature/scaling.h src/feature/scaling.c \
  src/feature/cross_fit.h src/feature/cross_fit.c \
  src/feature/tokens.h src/feature/tokens.c src/feature/corpus.h src/feature/corpus.c \
  src/feature/corpus_fit.h src/feature/corpus_fit.c src/feature/word_vectors.h src/feature/word_vectors.c \
  src/feature/graph.h src/feature/graph.c src/feature/neighbour_fit.h src/feature/neighbour_fit.c \
  src/feature/pair_fit.h src/feature/pair_fit.c src/feature/sharing.h src/feature/sharing.c \
  src/feature/word_start.h src/feature/word_start.c
