/* SPDX-License-Identifier: MIT
 *
 * Checkpoints: a run accepts the bytes or says why not. If it accepts them, it writes the same
 * bytes again. Byte 0: the parameters of a learner, or a plain recommender with the head of a run
 * in front.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "baseline/baseline.h"
#include "baseline/small_world.h"
#include "fuzz.h"
#include "recommender/parameters.h"
#include "worker/checkpoint.h"

enum { SEED = 1, STEPS = 20, HEAD = 4 + 8 + 4 + 4 + 1 + 8 + 8, FORMAT_FINAL = 2 };

static struct parameters *start_parameters(uint8_t choice)
{
    const struct parameter declared[] = {
        {.name = (char[]){"words"},
         .rows = 5,
         .columns = 3,
         .table = true,
         .start = START_NORMAL,
         .scale = 0.1,
         .rate = 1},
        {.name = (char[]){"layer"},
         .rows = 3,
         .columns = 4,
         .start = START_UNIFORM,
         .scale = 0.5,
         .rate = 0.5},
    };
    struct error error;
    struct parameters *parameters = parameters_new();
    bool good = true;
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++)
        good = good && parameters_add(parameters, &declared[i], &error);
    struct optimiser_options options =
        optimiser_defaults(choice & 1 ? OPTIMISER_ADAM : OPTIMISER_SGD);
    fuzz_require(good && parameters_start(parameters, &options, SEED, &error),
                 "parameters can be started");
    return parameters;
}

static void refused(const struct error *error)
{
    fuzz_require(*error->text && fuzz_is_safe(error->text, strlen(error->text)),
                 "a refusal is a sentence that can be shown");
}

static void compare(const struct bytes *written, const uint8_t *data, size_t size)
{
    fuzz_require(written->size == size && (size == 0 || memcmp(written->data, data, size) == 0),
                 "what is taken is written as the same bytes");
}

static void check_parameters(uint8_t choice, const uint8_t *data, size_t size)
{
    static struct parameters *made[2];
    struct bytes written = {0}, values = {0};
    struct error error = {0};
    if (!made[choice & 1])
        made[choice & 1] = start_parameters(choice);
    struct parameters *parameters = made[choice & 1];
    struct reader reader = reader_of(data, size);
    bool good = parameters_load(parameters, &reader, &error);
    if (!good) {
        refused(&error);
        return;
    }
    parameters_values(parameters, &values);
    parameters_save(parameters, &written);
    fuzz_require(reader.at == values.size || reader.at == written.size,
                 "as many bytes are read as are written");
    compare(reader.at == values.size ? &values : &written, data, reader.at);
    bytes_release(&written);
    bytes_release(&values);
}

static void check_run(uint8_t choice, const uint8_t *data, size_t size)
{
    static struct small_world world;
    if (!world.dataset)
        small_world_make(&world);
    struct baseline_options options = baseline_options_default();
    options.factors = 2;
    struct recommender *recommender =
        baseline_new(choice % BASELINE_COUNT, &options, world.dataset, &world.split, &world.space);
    struct run_common run = {.seed = SEED, .recommender = recommender};
    struct trainer trainer = {.run = &run, .steps = STEPS};
    struct bytes written = {0};
    struct error error = {0};
    if (checkpoint_load(&trainer, data, size, &error)) {
        fuzz_require(trainer.step <= STEPS, "a run is at a step that it has");
        if (data[0] == FORMAT_FINAL)
            recommender->operations->weights(recommender, &written);
        else
            recommender->operations->save(recommender, &written);
        compare(&written, data + HEAD, size - HEAD);
    } else {
        refused(&error);
    }
    bytes_release(&written);
    recommender->operations->free(recommender);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    if (choice & 0x80)
        check_parameters(choice, input.data, input.size);
    else
        check_run(choice, input.data, input.size);
    return 0;
}
