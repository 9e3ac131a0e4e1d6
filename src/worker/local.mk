noinst_LIBRARIES += src/worker/libworker.a src/worker/libworker_double.a
WORKER_SOURCES = include/worker/session.h src/worker/session.c src/worker/search.h src/worker/search.c \
	src/worker/trial.h src/worker/trial.c \
	src/worker/campaign.h src/worker/campaign.c \
	src/worker/campaign_run.h src/worker/campaign_run.c \
	src/worker/breakdown.h src/worker/breakdown.c \
	src/worker/checkpoint.h src/worker/checkpoint.c \
	src/worker/evaluation.h src/worker/evaluation.c \
	src/worker/gradient_inspection.c \
	src/worker/independence.h src/worker/independence.c \
	src/worker/inspection.c \
	src/worker/jail.h src/worker/jail.c \
	src/worker/landlock.h src/worker/landlock.c \
	src/worker/syscall_filter.h src/worker/syscall_filter.c \
	src/worker/memory_wall.h src/worker/memory_wall.c \
	src/worker/outbox.h src/worker/outbox.c \
	src/worker/piece_cutter.h src/worker/piece_cutter.c \
	src/worker/pool.h src/worker/pool.c \
	include/worker/reader_session.h src/worker/reader_session.c \
	src/worker/run_common.h \
	src/worker/run_metrics.h src/worker/run_metrics.c \
	src/worker/kept_runs.h src/worker/kept_runs.c src/worker/given_ratings.h src/worker/given_ratings.c src/worker/explanation.c \
	src/worker/questions.h src/worker/questions.c \
	src/worker/item_ranking.h src/worker/item_ranking.c src/worker/recommendation.c src/worker/mapped_view.c \
	src/worker/mapped_subject.h src/worker/mapped_subject.c \
	src/worker/mapped_points.h src/worker/mapped_points.c src/worker/points_builder.h src/worker/word_points.c src/worker/nearest_view.c src/worker/picture_view.c src/worker/picture_groups.c src/worker/picture_groups.h \
	src/worker/tasks_view.c src/worker/part_gains.c src/worker/wanted_words.c \
	src/worker/data_warning.h src/worker/data_warning.c \
	src/worker/shots_warning.h src/worker/shots_warning.c \
	src/worker/stage.h src/worker/stage.c \
	src/worker/study.h src/worker/study.c \
	src/worker/trainer.h src/worker/trainer.c \
	src/worker/training_step.h src/worker/training_step.c \
	src/worker/validation.h src/worker/validation.c \
	src/worker/work.h src/worker/work.c \
	src/worker/workspace.h src/worker/workspace.c
src_worker_libworker_a_SOURCES = $(WORKER_SOURCES)
src_worker_libworker_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
src_worker_libworker_double_a_SOURCES = $(WORKER_SOURCES)
src_worker_libworker_double_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
src_worker_libworker_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE
