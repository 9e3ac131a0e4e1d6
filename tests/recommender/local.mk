check_PROGRAMS += tests/recommender/test_parameters tests/recommender/test_item_prior
tests_recommender_test_parameters_SOURCES = tests/recommender/test_parameters.c
tests_recommender_test_parameters_LDADD = $(RECOMMENDER_LIBS_ALL) $(CMOCKA_LIBS)
tests_recommender_test_item_prior_SOURCES = tests/recommender/test_item_prior.c
tests_recommender_test_item_prior_LDADD = $(RECOMMENDER_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/recommender/test_recommender
tests_recommender_test_recommender_SOURCES = tests/recommender/test_recommender.c
tests_recommender_test_recommender_LDADD = $(RECOMMENDER_LIBS_ALL) $(CMOCKA_LIBS)
