noinst_LIBRARIES += src/task/libtask.a
src_task_libtask_a_SOURCES = include/task/task.h src/task/task.c src/task/split.c \
  src/task/fold_split.h src/task/fold_split.c \
  src/task/given_split.h src/task/given_split.c \
  src/task/too_small.h src/task/too_small.c include/task/negatives.h src/task/negatives.c \
  include/task/task_groups.h src/task/task_groups.c \
  src/task/own_split.h src/task/own_split.c src/task/cold_order.h src/task/cold_order.c \
  src/task/validation_split.h src/task/validation_split.c \
  src/task/task_rows.h src/task/task_set.c src/task/training_order.c \
  include/task/survey.h src/task/survey.c \
  src/task/row_order.h src/task/row_order.c src/task/rows_builder.h src/task/rows_builder.c
