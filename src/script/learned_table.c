/* SPDX-License-Identifier: MIT
 *
 * Shows what a learner has learned of a field: the tables and projections that its model declared
 * for it.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua_learner.h"

/* The factor on the field's values, as lua/thaw/field_values.lua has it; 1 without a gate. */
static double gate_of(const struct lua_learner *learner, const struct feature_field *field)
{
    char name[1100];
    size_t number;
    snprintf(name, sizeof name, "%s.gate", field->name);
    if (!parameters_find(learner->parameters, name, &number))
        return 1;
    return 2 / (1 + exp(-(double)parameters_at(learner->parameters, number)->values[0]));
}

static bool is_of(const struct lua_learner *learner, size_t number, size_t field, const char *share)
{
    const struct feature_field *fields = learner->data->space->fields;
    const struct parameter *parameter = parameters_at(learner->parameters, number);
    int32_t of = learner->fields[number];
    if (of >= 0)
        return fields[of].table == fields[field].table;
    if (fields[field].kind != FEATURE_NUMBER || parameter->rows != fields[field].columns)
        return false;
    return share ? strncmp(parameter->name, "share.", 6) == 0 &&
                       strcmp(parameter->name + 6, share) == 0
                 : strcmp(parameter->name, fields[field].name) == 0;
}

bool script_recommender_table(struct recommender *recommender, size_t field, const char *share,
                              size_t number, struct script_table *table)
{
    struct lua_learner *learner = lua_learner_of(recommender);
    size_t count = learner ? parameters_count(learner->parameters) : 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_of(learner, i, field, share) || number-- > 0)
            continue;
        const struct parameter *parameter = parameters_at(learner->parameters, i);
        *table = (struct script_table){parameter->name, parameter->values, parameter->rows,
                                       parameter->columns,
                                       gate_of(learner, &learner->data->space->fields[field])};
        return true;
    }
    return false;
}
