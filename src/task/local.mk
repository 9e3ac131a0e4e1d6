noinst_LIBRARIES += src/task/libtask.a
src_task_libtask_a_SOURCES =
