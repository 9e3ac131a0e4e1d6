/* SPDX-License-Identifier: MIT
 *
 * Database blobs that another program may have changed: packed numbers, predictions and deviations,
 * tasks, and checkpoints. Reading one gives consistent arrays or an error sentence.
 *
 * Byte 0: the kind of blob. For predictions, byte 1 is the encoding and bytes 2 to 9 are the range.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fuzz.h"
#include "store/packing.h"
#include "store/run_store.h"
#include "store/statement.h"

enum { POINTS = 4096 };

static struct store *store;
static int64_t execution_number, run_id;

static void open_store(void)
{
    struct error error;
    char *path = memory_format("%s/blobs.db", fuzz_folder());
    store = store_open_writer(path, &error);
    fuzz_require(store && store_begin(store, &error), "there is a workbench");
    char text[] = "x", none[] = "";
    struct execution execution = {.experiment = text,
                                  .script_path = text,
                                  .script = text,
                                  .data = text,
                                  .baseline = text,
                                  .settings = none,
                                  .binary = none,
                                  .answer = "level"};
    fuzz_require(store_execution_add(store, &execution, &error), "an execution can be added");
    struct run run = {
        .execution = execution.number, .arm = "a", .state = RUN_DONE, .text = none, .seed = 1};
    fuzz_require(store_run_add(store, &run, &error), "a run can be added");
    execution_number = execution.number;
    run_id = run.id;
    free(path);
}

/* Runs SQL with the key and up to three blobs. */
static void put(const char *sql, int64_t key, const struct fuzz_input *blobs, int count)
{
    static const char *const formats[] = {"i", "ib", "ibb", "ibbb"};
    struct error error;
    struct fuzz_input none = {0}, three[3] = {none, none, none};
    memcpy(three, blobs, (size_t)count * sizeof *blobs);
    fuzz_require(store_change(store, &error, sql, formats[count], key, three[0].data, three[0].size,
                              three[1].data, three[1].size, three[2].data, three[2].size),
                 "SQL can be run");
}

static void refused(const struct error *error)
{
    fuzz_require(*error->text && fuzz_is_safe(error->text, strlen(error->text)),
                 "a refusal is a sentence that can be shown");
}

/* The next part of the input: its length in a byte, then so many bytes. */
static struct fuzz_input part_of(struct fuzz_input *input)
{
    size_t size = fuzz_byte(input);
    struct fuzz_input part = {input->data, size < input->size ? size : input->size};
    if (part.size > 0) {
        input->data += part.size;
        input->size -= part.size;
    }
    return part;
}

static void check_packing(const struct fuzz_input *input)
{
    size_t count = 0, again;
    uint16_t *numbers = packing_read(input->data, input->size, &count);
    if (!numbers)
        return;
    struct bytes packed = {0};
    for (size_t i = 0; i < count; i++)
        fuzz_require(numbers[i] < POINTS, "a packed number has 12 bits");
    packing_add(&packed, numbers, count);
    uint16_t *same = packing_read(packed.data, packed.size, &again);
    fuzz_require(same && again == count && memcmp(same, numbers, count * sizeof *same) == 0,
                 "packed numbers come out as they went in");
    free(same);
    free(numbers);
    bytes_release(&packed);
}

static void check_tasks(struct fuzz_input *input)
{
    struct error error = {0};
    struct stored_tasks tasks;
    struct fuzz_input blobs[3];
    int count = 0;
    fuzz_require(store_execute(store, "DELETE FROM thaw_tasks", &error), "tasks can be removed");
    while (input->size > 0 && count < 4) {
        for (int i = 0; i < 3; i++)
            blobs[i] = part_of(input);
        put(count % 2 ? "INSERT INTO thaw_tasks (execution, part, scenario, draw, number, user,"
                        " support, query, truth) SELECT ?1, 'test', 'warm', 0, count(*), 'u', ?2,"
                        " ?3, ?4 FROM thaw_tasks"
                      : "INSERT INTO thaw_tasks (execution, part, scenario, draw, number, user,"
                        " support, query, truth) SELECT ?1, 'test', 'warm', 0, count(*), 'v', ?2,"
                        " ?3, ?4 FROM thaw_tasks",
            execution_number, blobs, 3);
        count++;
    }
    if (!store_tasks(store, execution_number, TASKS_TEST, "warm", 0, &tasks, &error)) {
        refused(&error);
        return;
    }
    fuzz_require(tasks.count == (uint32_t)count, "all tasks are read");
    for (uint32_t i = 0; i < tasks.count; i++)
        fuzz_require(tasks.support_starts[i] <= tasks.support_starts[i + 1] &&
                         tasks.query_starts[i] <= tasks.query_starts[i + 1],
                     "tasks are in order");
    struct stored_predictions predictions = {.count = fuzz_byte(input)};
    predictions.values = memory_array(predictions.count, sizeof(float));
    uint32_t *starts = stored_predictions_starts(&predictions, &tasks, 2);
    for (uint32_t i = 0; starts && i < tasks.count; i++)
        fuzz_require(starts[i] <= starts[i + 1] && starts[i + 1] <= predictions.count,
                     "predictions belong to tasks");
    free(starts);
    stored_predictions_release(&predictions);
    stored_tasks_release(&tasks);
}

static void check_predictions(struct fuzz_input *input)
{
    static const char *const SQL[] = {
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?1, 'test', 'warm', 1, 0, 'real', ?2, ?3)",
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?1, 'test', 'warm', 1, 0, 'grid16', ?2, ?3)",
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?1, 'test', 'warm', 1, 0, 'grid12', ?2, ?3)",
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?1, 'test', 'warm', 1, 0, 'grid12', ?2, NULL)",
    };
    struct error error = {0};
    const char *sql = SQL[fuzz_byte(input) % 4];
    uint32_t bits[2] = {(uint32_t)fuzz_number(input, 4), (uint32_t)fuzz_number(input, 4)};
    float range[2];
    memcpy(range, bits, sizeof range);
    if (!store_change(store, &error, "UPDATE thaw_executions SET smallest = ?, largest = ?", "dd",
                      (double)range[0], (double)range[1])) /* not a range that the table takes */
        return;
    struct fuzz_input blobs[2] = {part_of(input)};
    blobs[1] = *input;
    put(sql, run_id, blobs, sql == SQL[3] ? 1 : 2);
    struct stored_predictions predictions;
    if (!store_predictions(store, run_id, TASKS_TEST, "warm", 1, 0, &predictions, &error)) {
        refused(&error);
        return;
    }
    fuzz_require(predictions.count == 0 || predictions.values, "predictions are there");
    for (size_t i = 0; i < predictions.count && sql != SQL[0]; i++)
        fuzz_require(predictions.values[i] >= range[0] && predictions.values[i] <= range[1],
                     "predictions lie in their range");
    stored_predictions_release(&predictions);
}

static void check_checkpoint(struct fuzz_input *input)
{
    struct error error = {0};
    struct bytes data = {0};
    uint64_t step = 0;
    bool found, damaged;
    put("INSERT OR REPLACE INTO thaw_checkpoints VALUES (?1, 7, 0, 1, 3, 'none', ?2)", run_id,
        input, 1);
    bool good = store_checkpoint_latest(store, run_id, &step, &data, &found, &damaged, &error);
    fuzz_require(good && !found && damaged, "a checkpoint without its digest is damaged");
    fuzz_require(store_checkpoint_add(store, run_id, 8, input->data, input->size, &error) &&
                     store_checkpoint_latest(store, run_id, &step, &data, &found, &damaged, &error),
                 "a checkpoint is stored and found");
    fuzz_require(found && step == 8 && data.size == input->size &&
                     (data.size == 0 || memcmp(data.data, input->data, data.size) == 0),
                 "a checkpoint comes out as it went in");
    fuzz_require(store_execute(store, "DELETE FROM thaw_checkpoints", &error),
                 "checkpoints can be removed");
    bytes_release(&data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input) % 4;
    if (!store)
        open_store();
    if (choice == 0)
        check_packing(&input);
    else if (choice == 1)
        check_tasks(&input);
    else if (choice == 2)
        check_predictions(&input);
    else
        check_checkpoint(&input);
    return 0;
}
