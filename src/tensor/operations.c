/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "operations.h"

#define F(name) {#name, name##_forward, NULL, NULL},
#define D(name) {#name, name##_forward, name##_derivative, NULL},
#define A(name) {#name, name##_forward, name##_derivative, name##_accumulate},
const struct operation operation_table[] = {OPERATIONS(D, A, F)};
