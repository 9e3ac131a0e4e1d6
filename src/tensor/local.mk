noinst_LIBRARIES += src/tensor/libtensor.a
src_tensor_libtensor_a_SOURCES =
