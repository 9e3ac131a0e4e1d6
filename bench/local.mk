# Programs that measure; `make bench` runs them.
EXTRA_PROGRAMS = bench/melu_step bench/learner_step bench/serving bench/skip_gram_words
bench_melu_step_SOURCES = \
	bench/melu_data.c bench/melu_data.h \
	bench/melu_products.c bench/melu_products.h \
	bench/melu_run.c bench/melu_run.h \
	bench/melu_shard.c bench/melu_shard.h \
	bench/melu_step.c
bench_melu_step_CPPFLAGS = $(AM_CPPFLAGS) $(OPENBLAS_CFLAGS)
bench_melu_step_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS)
bench_melu_step_LDFLAGS = -Wl,--wrap=blas_product
bench_melu_step_LDADD = $(RECOMMENDER_LIBS_ALL)
# As the worker does it: its learners and threads.
bench_learner_step_SOURCES = bench/learner_step.c bench/melu_data.c bench/melu_data.h \
	bench/melu_run.c bench/melu_run.h
bench_learner_step_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/script -I$(top_srcdir)/src/worker
bench_learner_step_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS)
bench_learner_step_LDADD = $(WORKER_LIBS_ALL)

bench_serving_SOURCES = bench/serving.c
bench_serving_LDADD = $(SCRIPT_LIBS_ALL)
bench_skip_gram_words_SOURCES = bench/skip_gram_words.c
bench_skip_gram_words_LDADD = $(TENSOR_LIBS_ALL)
CLEANFILES += bench/melu_step bench/learner_step bench/serving bench/skip_gram_words
EXTRA_DIST += bench/melu_step.py docs/PERFORMANCE.md

# Debian's python3-torch belongs to Debian's Python.
.PHONY: bench
bench: bench/melu_step bench/learner_step bench/serving bench/skip_gram_words
	@if /usr/bin/python3 -c 'import torch' 2>/dev/null; then \
	    /usr/bin/python3 $(srcdir)/bench/melu_step.py bench/learner_step bench/melu_step --growth; \
	else \
	    echo 'no PyTorch (Debian package python3-torch): thaw alone'; \
	    bench/learner_step | grep -v losses; \
	    bench/melu_step | grep -v losses; \
	fi
	@bench/serving
	@bench/skip_gram_words
