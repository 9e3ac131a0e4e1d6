/* SPDX-License-Identifier: MIT
 *
 * Shows what a learner has learned of a field: the tables and projections that its model declared
 * for it, and the scores by which it attends to words (lua/thaw/field_values.lua).
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

/* The parameter that field_values.lua calls like the field, or what it shares, and the suffix. */
static const struct parameter *find(const struct lua_learner *learner, size_t field,
                                    const char *share, const char *suffix)
{
    char name[1100];
    size_t number;
    snprintf(name, sizeof name, "%s%s%s", share ? "share." : "",
             share ? share : learner->data->space->fields[field].name, suffix);
    return parameters_find(learner->parameters, name, &number)
               ? parameters_at(learner->parameters, number)
               : NULL;
}

static bool is_of(const struct lua_learner *learner, size_t number, size_t field, const char *share)
{
    const struct feature_field *fields = learner->data->space->fields;
    const struct parameter *parameter = parameters_at(learner->parameters, number);
    int32_t of = learner->fields[number];
    if (parameter == find(learner, field, share, ".score"))
        return false;
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

bool script_recommender_scores(struct recommender *recommender, size_t field, const char *share,
                               double *scores)
{
    struct lua_learner *learner = lua_learner_of(recommender);
    if (!learner || learner->data->space->fields[field].kind != FEATURE_BAG)
        return false;
    const struct parameter *by_word = find(learner, field, share, ".score");
    const struct parameter *query = find(learner, field, share, ".query");
    const struct parameter *table = find(learner, field, share, "");
    uint32_t words = learner->data->space->fields[field].vocabulary;
    bool known = by_word ? by_word->rows == words : query && table && table->rows == words;
    for (uint32_t word = 0; known && word < words; word++) {
        double sum = 0;
        for (uint32_t c = 0; !by_word && c < table->columns; c++)
            sum +=
                (double)query->values[c] * (double)table->values[(size_t)word * table->columns + c];
        scores[word] = by_word ? (double)by_word->values[word] : sum / sqrt(table->columns);
    }
    return known;
}
