/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "packed_data.h"

#include <stdio.h>
#include <string.h>

#include "store/dataset_store.h"

bool packed_data_load(struct packed_data *data, struct store *store, const char *name,
                      uint32_t most, struct error *error)
{
    if (strcmp(data->name, name) == 0)
        return true;
    packed_data_release(data);
    struct dataset *dataset = store_dataset_load_some(store, name, most, error);
    if (!dataset)
        return false;
    snprintf(data->name, sizeof data->name, "%s", name);
    data->size = data_size_of(dataset);
    dataset_write(dataset, frame_begin(&data->frame, MESSAGE_DATA), data->digest);
    frame_end(&data->frame);
    dataset_free(dataset);
    return true;
}

void packed_data_release(struct packed_data *data)
{
    frame_output_release(&data->frame);
    *data = (struct packed_data){.name = ""};
}
