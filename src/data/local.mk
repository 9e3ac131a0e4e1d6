noinst_LIBRARIES += src/data/libdata.a
src_data_libdata_a_SOURCES = include/data/id_map.h src/data/id_map.c
