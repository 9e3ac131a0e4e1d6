/* SPDX-License-Identifier: MIT
 *
 * Compares the outer gradient of each trained arm with finite differences (script.h). Fails at the
 * first arm whose gradient differs, unless the arm declares it as an approximation.
 */
#include "config.h"

#include <inttypes.h>

#include "base/arena.h"
#include "questions.h"
#include "recommender/parameters.h"

enum { TASKS = 2, ROWS = 16 };

static void describe(struct bytes *text, const struct arm *arm, const struct training_plan *plan,
                     uint32_t phase, const struct gradient_report *report)
{
    bytes_add_format(text, "%s%s", text->size == 0 ? "gradients " : "          ", arm->name);
    if (plan->phase_count > 1)
        bytes_add_format(text, ", phase %" PRIu32, phase + 1);
    bytes_add_format(text, ": %" PRIu32 " numbers agree with finite differences", report->agreed);
    if (report->undecided > 0)
        bytes_add_format(text, ", %" PRIu32 " are too small or too near a kink to tell",
                         report->undecided);
    if (report->differed > 0)
        bytes_add_format(text,
                         "; %" PRIu32
                         " differ, as it approximates by design, most in \"%s\", row %" PRIu32
                         ", column %" PRIu32 ": %.4g for %.4g",
                         report->differed, report->parameter, report->row + 1, report->column + 1,
                         report->by_tape, report->by_differences);
    bytes_add_format(text, "\n");
}

static bool judge(const struct arm *arm, const struct gradient_report *report, struct error *error)
{
    if (!report->exact || report->differed == 0)
        return true;
    return error_set(error, ERROR_SCRIPT,
                     "arm \"%s\": the outer gradient of parameter \"%s\", row %" PRIu32
                     ", column %" PRIu32 ", is %.4g, but by finite differences of the loss it is "
                     "%.4g; %" PRIu32 " of %" PRIu32
                     " numbers differ. Look for a detach, first_order, or a value that was not "
                     "computed from the parameters",
                     arm->name, report->parameter, report->row + 1, report->column + 1,
                     report->by_tape, report->by_differences, report->differed,
                     report->differed + report->agreed);
}

/* Checks one phase of the training. */
static bool inspect_phase(const struct study *study, const struct arm *arm,
                          struct recommender *recommender, uint32_t phase, struct bytes *text,
                          struct arena *arena, struct error *error)
{
    uint64_t seed = study->experiment->seeds[0];
    struct gradient_report report;
    struct training_order order = {0};
    struct training_plan plan = recommender->plan;
    plan.batch = plan.shard = plan.by == TRAIN_BY_TASK ? TASKS : ROWS;
    uint32_t step = training_first_step(&study->split, &plan, phase);
    struct training_place place = {.seed = seed, .step = step, .phase = phase};
    training_order_make(&order, study->dataset, &study->split, &plan, seed,
                        training_position(&study->split, &plan, step));
    struct episodes episodes =
        training_episodes(&order, study->dataset, &study->split, &plan, seed, step, 0, arena);
    bool good = script_recommender_check_gradient(recommender, &episodes, place, &report, error);
    if (!good && error->kind == ERROR_NUMERIC)
        error_within(error, "arm \"%s\"", arm->name);
    good = good && judge(arm, &report, error);
    if (good)
        describe(text, arm, &recommender->plan, phase, &report);
    training_order_release(&order);
    arena_reset(arena);
    return good;
}

static bool inspect(struct study *study, const struct arm *arm, struct bytes *text,
                    struct arena *arena, struct error *error)
{
    struct recommender *recommender =
        study_recommender(study, arm->name, study->experiment->seeds[0], error);
    bool good = recommender != NULL;
    for (uint32_t phase = 0; good && phase < recommender->plan.phase_count; phase++)
        good = inspect_phase(study, arm, recommender, phase, text, arena, error);
    if (recommender)
        recommender->operations->free(recommender);
    return good;
}

bool answer_gradients(struct asked *asked, const struct question_gradients *question,
                      struct answer_gradients *answer, struct error *error)
{
    const struct experiment *experiment = asked->study->experiment;
    struct arena *arena = arena_new();
    struct bytes text = {0};
    bool good = true;
    (void)question;
    for (size_t i = 0; good && i < experiment->arm_count; i++)
        if (!experiment->arms[i].is_baseline)
            good = inspect(asked->study, &experiment->arms[i], &text, arena, error);
    arena_free(arena);
    answer->text = asked_text(asked, &text);
    return good;
}
