/* SPDX-License-Identifier: MIT
 *
 * A data set on its way to the worker: bytes that can be read give a consistent data set, which is
 * written as the same bytes.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "data/dataset.h"
#include "fuzz.h"

static void check_index(const struct interaction_index *index, uint32_t count, uint32_t rows)
{
    fuzz_require(index->count == count && index->starts[0] == 0, "an index has its entities");
    for (uint32_t i = 0; i < count; i++)
        fuzz_require(index->starts[i] <= index->starts[i + 1], "an index is in order");
    for (uint32_t i = 0; i < index->starts[count]; i++)
        fuzz_require(index->rows[i] < rows, "an index leads to rows");
}

static void check_table(const struct table *table, size_t rows)
{
    fuzz_require(table->rows == rows, "a table has its rows");
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t row = 0; row < rows; row++)
            if (table->columns[i].type == COLUMN_TEXT)
                fuzz_require(column_is_missing(&table->columns[i], row) ||
                                 column_text(&table->columns[i], row),
                             "a text is there");
}

static void check(const struct dataset *dataset)
{
    uint32_t users = (uint32_t)id_map_size(dataset->users),
             items = (uint32_t)id_map_size(dataset->items);
    check_table(&dataset->user_table, users);
    check_table(&dataset->item_table, items);
    check_table(&dataset->context, dataset->interactions);
    check_index(&dataset->by_user, users, dataset->interactions);
    check_index(&dataset->by_item, items, dataset->interactions);
    for (uint32_t i = 0; i < dataset->interactions; i++)
        fuzz_require(dataset->user[i] < users && dataset->item[i] < items &&
                         isfinite(dataset->value[i]),
                     "an interaction is in range");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader reader = reader_of(data, size);
    struct error error = {0};
    struct dataset *dataset = dataset_read(&reader, &error);
    if (!dataset) {
        fuzz_require(*error.text && fuzz_is_safe(error.text, strlen(error.text)),
                     "a refusal is a sentence that can be shown");
        return 0;
    }
    struct bytes written = {0};
    char digest[DIGEST_TEXT];
    check(dataset);
    dataset_write(dataset, &written, digest);
    fuzz_require(written.size == reader.at && memcmp(written.data, data, written.size) == 0,
                 "what is read is written as the same bytes");
    bytes_release(&written);
    dataset_free(dataset);
    return 0;
}
