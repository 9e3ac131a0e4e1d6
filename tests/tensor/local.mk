# tests of tensor; those of derivatives link the engine compiled in double
TENSOR_DOUBLE_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE -I$(top_srcdir)/tests/tensor
DERIVATIVE_CHECK = tests/tensor/derivative_check.c tests/tensor/derivative_check.h \
	tests/tensor/gradient_check.c tests/tensor/gradient_check.h
check_PROGRAMS += tests/tensor/test_derivative_elementwise
tests_tensor_test_derivative_elementwise_SOURCES = tests/tensor/test_derivative_elementwise.c $(DERIVATIVE_CHECK)
tests_tensor_test_derivative_elementwise_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_derivative_elementwise_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_derivative_structure
tests_tensor_test_derivative_structure_SOURCES = tests/tensor/test_derivative_structure.c $(DERIVATIVE_CHECK)
tests_tensor_test_derivative_structure_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_derivative_structure_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_attention
tests_tensor_test_attention_SOURCES = tests/tensor/test_attention.c $(DERIVATIVE_CHECK)
tests_tensor_test_attention_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_attention_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_oracle
tests_tensor_test_oracle_SOURCES = tests/tensor/test_oracle.c tests/tensor/maml_oracle.inc
tests_tensor_test_oracle_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_oracle_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
EXTRA_DIST += tests/tensor/maml_oracle.py
check_PROGRAMS += tests/tensor/test_tape
tests_tensor_test_tape_SOURCES = tests/tensor/test_tape.c
tests_tensor_test_tape_LDADD = $(TENSOR_LIBS_ALL) $(CMOCKA_LIBS)
tests_tensor_test_tape_LDFLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=aligned_alloc,--wrap=reallocarray
check_PROGRAMS += tests/tensor/test_matrix
tests_tensor_test_matrix_SOURCES = tests/tensor/test_matrix.c
tests_tensor_test_matrix_LDADD = $(TENSOR_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_optimiser
tests_tensor_test_optimiser_SOURCES = tests/tensor/test_optimiser.c
tests_tensor_test_optimiser_LDADD = $(TENSOR_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_function
tests_tensor_test_function_SOURCES = tests/tensor/test_function.c
tests_tensor_test_function_LDADD = $(TENSOR_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_sparse_svd
tests_tensor_test_sparse_svd_SOURCES = tests/tensor/test_sparse_svd.c
tests_tensor_test_sparse_svd_LDADD = $(TENSOR_LIBS_ALL) $(CMOCKA_LIBS)
