noinst_LIBRARIES += src/tensor/libtensor.a src/tensor/libtensor_double.a
TENSOR_CFLAGS = $(AM_CFLAGS) $(VECTOR_CFLAGS) $(OPENBLAS_CFLAGS) $(LAPACKE_CFLAGS)
TENSOR_SOURCES = \
	include/tensor/engine.h \
	include/tensor/nearest.h src/tensor/nearest.c \
	include/tensor/operation.h \
	include/tensor/planar.h src/tensor/principal.c src/tensor/tsne.c src/tensor/tsne.h \
	include/tensor/optimiser.h \
	include/tensor/real.h \
	include/tensor/skip_gram.h src/tensor/skip_gram.c \
	include/tensor/sparse_svd.h \
	include/tensor/tape.h \
	src/tensor/arrange.c \
	src/tensor/attention.c \
	src/tensor/blas.h \
	src/tensor/by_row.c \
	src/tensor/cholesky.c \
	src/tensor/elementwise.c \
	src/tensor/engine.c \
	src/tensor/exponential.h \
	src/tensor/function.c \
	src/tensor/gradient.c \
	src/tensor/kernel.h \
	src/tensor/lasting.c \
	src/tensor/lookup.c \
	src/tensor/node.h \
	src/tensor/noise.c \
	src/tensor/operations.c src/tensor/operations.h \
	src/tensor/optimiser.c \
	src/tensor/product.c \
	src/tensor/rate_schedule.c \
	src/tensor/shape.c \
	src/tensor/sparse_svd.c \
	src/tensor/square_matrix.c \
	src/tensor/sum.c src/tensor/sums.h \
	src/tensor/tape_life.c src/tensor/tape_nodes.c src/tensor/tape_private.h \
	src/tensor/value.c \
	src/tensor/wide_product.c src/tensor/wide_product.h
src_tensor_libtensor_a_SOURCES = $(TENSOR_SOURCES)
src_tensor_libtensor_a_CFLAGS = $(TENSOR_CFLAGS)
src_tensor_libtensor_double_a_SOURCES = $(TENSOR_SOURCES)
src_tensor_libtensor_double_a_CFLAGS = $(TENSOR_CFLAGS)
src_tensor_libtensor_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE
