noinst_LIBRARIES += src/evaluate/libevaluate.a
src_evaluate_libevaluate_a_SOURCES = include/evaluate/evaluate.h src/evaluate/metric.c \
  include/evaluate/ranking.h src/evaluate/ranking.c src/evaluate/ranked_rows.h \
  include/evaluate/shots.h src/evaluate/shots.c \
  include/evaluate/fit_choice.h src/evaluate/fit_choice.c \
  include/evaluate/gain.h src/evaluate/gain_judge.c \
  src/evaluate/gain_draws.c src/evaluate/gain_draws.h \
  src/evaluate/gain_parts.c src/evaluate/gain_parts.h include/evaluate/student.h src/evaluate/student.c include/evaluate/answer.h src/evaluate/answer_continuous.c \
  src/evaluate/answer_curve.h src/evaluate/answer_fit.c src/evaluate/answer_fit.h \
  src/evaluate/answer_ordinal.c src/evaluate/answer_ordinal.h src/evaluate/answer_rows.c \
  src/evaluate/answer_weight.h
src_evaluate_libevaluate_a_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
EXTRA_DIST += docs/COMPARISON.md
