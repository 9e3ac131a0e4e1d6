noinst_LIBRARIES += src/worker/libworker.a
src_worker_libworker_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
src_worker_libworker_a_SOURCES = \
	src/worker/jail.h src/worker/jail.c \
	src/worker/pool.h src/worker/pool.c
