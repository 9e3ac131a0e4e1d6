noinst_LIBRARIES += src/keeper/libkeeper.a
src_keeper_libkeeper_a_SOURCES = \
	include/keeper/client.h src/keeper/client_requests.c \
	src/keeper/client_vectors.h src/keeper/client_vectors.c \
	src/keeper/vector_file.h src/keeper/vector_file.c \
	src/keeper/connection.h src/keeper/connection.c \
	src/keeper/place.h src/keeper/place.c \
	src/keeper/launch.h src/keeper/launch.c \
	src/keeper/memory_share.h src/keeper/memory_share.c \
	src/keeper/packed_data.h src/keeper/packed_data.c \
	src/keeper/peer_work.h src/keeper/peer_work.c \
	src/keeper/request.h src/keeper/request.c \
	src/keeper/worker_process.h src/keeper/worker_process.c \
	src/keeper/job.h src/keeper/job.c src/keeper/journal.c \
	src/keeper/job_limits.h src/keeper/job_limits.c \
	src/keeper/job_frames.h src/keeper/job_frames.c \
	src/keeper/job_tasks.h src/keeper/job_tasks.c \
	src/keeper/server.h src/keeper/server.c src/keeper/server_requests.c \
	src/keeper/server_sets.h src/keeper/server_sets.c src/keeper/server_replies.c \
	src/keeper/schedule.c src/keeper/staying.c
