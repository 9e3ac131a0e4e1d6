# tests of recommender
