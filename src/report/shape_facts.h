/* SPDX-License-Identifier: MIT */
#ifndef REPORT_SHAPE_FACTS_H
#define REPORT_SHAPE_FACTS_H

#include "report/listing.h"
#include "store/dataset_shape.h"

/* Adds a row for each fact: its name and its value. */
void shape_facts_fill(const struct dataset_shape *shape, struct listing *listing);

#endif
