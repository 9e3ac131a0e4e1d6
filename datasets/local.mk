# The bundled data. It is committed; the test proves that the generator still writes it.
noinst_PROGRAMS += datasets/generate
datasets_generate_SOURCES = datasets/generate.c datasets/world.h datasets/world.c datasets/invention.h datasets/invention.c
datasets_generate_LDADD = $(BASE_LIBS_ALL)

syntheticdir = $(pkgdatadir)/datasets/synthetic
dist_synthetic_DATA = \
	datasets/synthetic/README.md \
	datasets/synthetic/items.csv \
	datasets/synthetic/ratings.csv \
	datasets/synthetic/truth.csv \
	datasets/synthetic/truth_effects.csv \
	datasets/synthetic/truth_items.csv \
	datasets/synthetic/truth_users.csv \
	datasets/synthetic/users.csv

TESTS += datasets/check_synthetic.sh
EXTRA_DIST += datasets/check_synthetic.sh
