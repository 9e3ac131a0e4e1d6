/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/shots_chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "screen/widget/chart.h"

void shots_chart_draw(struct surface *surface, struct box box, const struct comparison *comparison,
                      size_t setting, size_t metric)
{
    const char *scenario = comparison->settings[setting].scenario;
    size_t arms = comparison->arm_count, count = 0;
    double *x = memory_array(comparison->setting_count, sizeof *x), most = 1;
    double *y = memory_array(comparison->setting_count * arms, sizeof *y);
    struct chart_series *series = memory_array(arms, sizeof *series);
    for (size_t s = 0; s < comparison->setting_count; s++) {
        const struct comparison_setting *about = &comparison->settings[s];
        if (strcmp(about->scenario, scenario) != 0)
            continue;
        most = about->shots != SHOTS_ALL && about->shots > most ? about->shots : most;
        x[count] = about->shots == SHOTS_ALL ? 1.5 * most : about->shots;
        for (size_t arm = 0; arm < arms; arm++)
            y[arm * comparison->setting_count + count] =
                comparison->cells[s * arms + arm].values[metric];
        count++;
    }
    for (size_t arm = 0; arm < arms; arm++)
        series[arm] = (struct chart_series){.name = comparison->arms[arm].name,
                                            .x = x,
                                            .y = y + arm * comparison->setting_count,
                                            .count = count,
                                            .look = (int)arm};
    struct chart chart = {.title = scenario,
                          .x_label = "ratings shown, all at the right end",
                          .series = series,
                          .series_count = arms};
    chart_draw(surface, box, &chart);
    free(series);
    free(y);
    free(x);
}
