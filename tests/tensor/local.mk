# tests of tensor; those of derivatives link the engine compiled in double
TENSOR_DOUBLE_CPPFLAGS = $(AM_CPPFLAGS) -DTHAW_REAL_DOUBLE -I$(top_srcdir)/tests/tensor
check_PROGRAMS += tests/tensor/test_derivative_elementwise
tests_tensor_test_derivative_elementwise_SOURCES = tests/tensor/test_derivative_elementwise.c tests/tensor/derivative_check.c tests/tensor/derivative_check.h
tests_tensor_test_derivative_elementwise_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_derivative_elementwise_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
check_PROGRAMS += tests/tensor/test_derivative_structure
tests_tensor_test_derivative_structure_SOURCES = tests/tensor/test_derivative_structure.c tests/tensor/derivative_check.c tests/tensor/derivative_check.h
tests_tensor_test_derivative_structure_CPPFLAGS = $(TENSOR_DOUBLE_CPPFLAGS)
tests_tensor_test_derivative_structure_LDADD = $(TENSOR_DOUBLE_LIBS_ALL) $(CMOCKA_LIBS)
