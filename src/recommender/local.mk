noinst_LIBRARIES += src/recommender/librecommender.a src/recommender/librecommender_double.a
RECOMMENDER_SOURCES = include/recommender/rows.h \
  include/recommender/recommender.h src/recommender/recommender.c \
  include/recommender/serving.h src/recommender/serving.c \
  include/recommender/item_prior.h src/recommender/item_prior.c \
  include/recommender/parameters.h src/recommender/parameters_list.c \
  src/recommender/parameters_private.h src/recommender/parameters_update.c \
  src/recommender/lanes.h src/recommender/gradient_slot.h src/recommender/gradient_slot.c
src_recommender_librecommender_a_SOURCES = $(RECOMMENDER_SOURCES)
src_recommender_librecommender_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
src_recommender_librecommender_double_a_SOURCES = $(RECOMMENDER_SOURCES)
src_recommender_librecommender_double_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
src_recommender_librecommender_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE
