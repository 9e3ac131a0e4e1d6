noinst_LIBRARIES += src/recommender/librecommender.a
src_recommender_librecommender_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
src_recommender_librecommender_a_SOURCES = include/recommender/rows.h \
  include/recommender/recommender.h src/recommender/recommender.c \
  include/recommender/item_prior.h src/recommender/item_prior.c \
  include/recommender/parameters.h src/recommender/parameters.c \
  src/recommender/gradient_slot.h src/recommender/gradient_slot.c
