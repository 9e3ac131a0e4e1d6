noinst_LIBRARIES += src/data/libdata.a
src_data_libdata_a_SOURCES = \
	include/data/dataset.h src/data/dataset.c \
	include/data/dataset_mirror.h src/data/dataset_mirror.c \
	include/data/dataset_sink.h \
	include/data/decision.h src/data/decision.c \
	include/data/id_map.h src/data/id_map.c \
	include/data/repeats.h \
	include/data/derivation.h \
	include/data/selection.h src/data/selection.c \
	include/data/table.h src/data/table.c \
	include/data/value_scale.h src/data/value_scale.c \
	include/data/vector_pack.h src/data/vector_pack.c
