noinst_LIBRARIES += src/comparison/libcomparison.a
src_comparison_libcomparison_a_SOURCES = \
	include/comparison/comparison.h \
	src/comparison/comparison_access.c \
	src/comparison/comparison_answers.c \
	src/comparison/comparison_gains.c src/comparison/comparison_items.c \
	src/comparison/comparison_judge.c \
	src/comparison/comparison_layout.c \
	src/comparison/comparison_own.c \
	src/comparison/comparison_private.h \
	src/comparison/comparison_rankings.c \
	src/comparison/comparison_runs.c \
	src/comparison/user_card.c
