noinst_LIBRARIES += src/recommender/librecommender.a
src_recommender_librecommender_a_SOURCES =
