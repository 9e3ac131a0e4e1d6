noinst_LIBRARIES += src/tensor/libtensor.a
src_tensor_libtensor_a_SOURCES = \
	include/tensor/engine.h \
	include/tensor/gradient_check.h \
	include/tensor/operation.h \
	include/tensor/optimiser.h \
	include/tensor/real.h \
	include/tensor/tape.h
