/* SPDX-License-Identifier: MIT
 *
 * Charts as text: axes, ticks and legends, lines that lose no point, and boxes of any size.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

#include "screen/widget/chart.h"
#include "report/plot.h"
#include "screen/widget/scale.h"

enum { POINTS = 400 };
static double steps[POINTS], falling[POINTS], slower[POINTS];

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < POINTS; i++) {
        steps[i] = i + 1;
        falling[i] = 0.72 + 0.6 * exp(-i / 40.0);
        slower[i] = 0.76 + 0.9 * exp(-i / 90.0);
    }
    return 0;
}

static char *draw(int width, int height, bool ascii, bool log_y, size_t count)
{
    struct chart_series series[] = {{"ridge", steps, falling, count, 0, NULL, NULL},
                                    {"maml", steps, slower, count, 1, NULL, NULL}};
    struct chart chart = {"training loss", "step", series, 2, log_y, NULL};
    struct surface *surface = surface_new(width, height, ascii);
    chart_draw(surface, surface_box(surface), &chart);
    char *picture = surface_picture(surface);
    surface_free(surface);
    return picture;
}

static void assert_drawn(char *picture, const char *expected)
{
    assert_string_equal(picture, expected);
    free(picture);
}

static void a_chart_has_axes_ticks_and_a_legend(void **state)
{
    (void)state;
    assert_drawn(draw(60, 12, false, false, POINTS),
                 "training loss   ● ridge 0.7200   ▲ maml 0.7707\n"
                 "    │\n"
                 "    │⠳⣄\n"
                 "1.5 ┤ ⠈⠳⣄\n"
                 "    │⡀  ⠈▲⢦⡀\n"
                 "    │●⣄    ⠉⠳⢤⡀\n"
                 "    │ ⠈⢧⡀     ⠉⠓⠦⢤⣀\n"
                 "1.0 ┤   ⠙⠦⣄       ⠈⠙⠒⠦⠤⣄⣀⡀\n"
                 "    │     ⠈⠙⠲⢤⣀⡀         ⠉⠉▲⠒⠒⠲⠤⠤⠤⣄⣀⣀⣀⣀⣀⡀\n"
                 "    │          ⠉⠉⠙⠒⠒⠒⠲⠤●⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠭●⠭⠭⠭▲⠭⠭⠭⠭⠭⠷⠶⠶⠶⠶⠶⠶⠶▲\n"
                 "    └┬────────────┬─────────────┬─────────────┬────────────┬\n"
                 "     0           100           200           300        step\n");
}

static void a_chart_in_ascii_draws_each_series_with_its_own_character(void **state)
{
    (void)state;
    assert_drawn(draw(60, 12, true, false, POINTS),
                 "training loss   o ridge 0.7200   x maml 0.7707\n"
                 "    |\n"
                 "    |xx\n"
                 "1.5 + xxxx\n"
                 "    |o   xxx\n"
                 "    |oo    xxxx\n"
                 "    | ooo     xxxxx\n"
                 "1.0 +   oooo      xxxxxxxx\n"
                 "    |      ooooo         xxxxxxxxxxxxxxxx\n"
                 "    |          oooooooooooooooooooooooooxxxxxxxxxxxxxxxxxxxx\n"
                 "    ++-------------+------------+-------------+------------+\n"
                 "     0            100          200           300        step\n");
}

static void a_logarithmic_chart_says_so(void **state)
{
    (void)state;
    assert_drawn(draw(40, 10, false, true, POINTS), "training loss, log scale\n"
                                                    "● ridge 0.7200   ▲ maml 0.7707\n"
                                                    "    │⠲⣄\n"
                                                    "1.5 ┤⡀⠈▲⢤⡀\n"
                                                    "    │⠙⣆  ⠉⠳⢤⣀\n"
                                                    "1.0 ┤ ⠈⠳⣄   ⠈⠙⠲⢤⣀⡀\n"
                                                    "    │   ⠈⠳⢤⣀     ⠉⠙⠒⠲⠤⠤⣄⣀▲⣀\n"
                                                    "    │      ⠈⠉⠓⠒⠦⠤⠤⠤⠤⠤●⣀⣀⣀⣀⣈⣉⣉⣉⣉⣉⣉⣓⣒⣒⣒⣒⣒▲\n"
                                                    "    └┬────────────────┬────────────────┬\n"
                                                    "     0               200            step\n");
}

static void a_tiny_chart_keeps_lines_and_names(void **state)
{
    (void)state;
    assert_drawn(draw(20, 5, false, false, POINTS), "● ridge  ▲ maml\n"
                                                    "\n"
                                                    "⡓⢦⣀\n"
                                                    "⠉●⢬⣉⣓▲⡦⠤⠤⣄⣀⣀⣀⣀⣀⣀⣀⣀⣀▲\n"
                                                    "      ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉●\n");
    assert_drawn(draw(1, 1, false, false, POINTS), "●\n");
}

static void a_chart_without_points_says_so(void **state)
{
    (void)state;
    assert_drawn(draw(40, 5, false, false, 0), "training loss   ● ridge   ▲ maml\n"
                                               "\n"
                                               "\n"
                                               "nothing to draw yet\n"
                                               "\n");
}

static void values_that_cannot_be_drawn_are_counted(void **state)
{
    (void)state;
    double x[] = {1, 2, 3, 4, 5, 6}, y[] = {1, NAN, INFINITY, -1, 0, 2};
    struct chart_series series = {"loss", x, y, 6, 0, NULL, NULL};
    struct chart chart = {NULL, NULL, &series, 1, true, NULL};
    struct surface *surface = surface_new(60, 10, false);
    chart_draw(surface, surface_box(surface), &chart);
    char *picture = surface_picture(surface);
    assert_non_null(strstr(picture, "2 not finite, 2 at or below 0, at the foot"));
    free(picture);
    surface_free(surface);
}

static void every_size_can_be_drawn(void **state)
{
    (void)state;
    for (int width = 1; width <= 200; width += width < 30 ? 1 : 17)
        for (int height = 1; height <= 60; height += height < 12 ? 1 : 7)
            for (int kind = 0; kind < 4; kind++)
                free(draw(width, height, kind & 1, kind & 2, POINTS));
}

/* The slow way: a dot is lit where some pair of neighbours passes it within half a column. */
static bool passes(const int *x, const int *y, int count, int dot_x, int dot_y)
{
    for (int i = 1; i < count; i++) {
        if (dot_x < x[i - 1] || dot_x > x[i])
            continue;
        double low = y[i - 1], high = y[i];
        if (x[i] > x[i - 1]) {
            double slope = (double)(y[i] - y[i - 1]) / (x[i] - x[i - 1]);
            low = y[i - 1] + round(slope * (fmax(dot_x - 0.5, x[i - 1]) - x[i - 1]));
            high = y[i - 1] + round(slope * (fmin(dot_x + 0.5, x[i]) - x[i - 1]));
        }
        if (dot_y >= fmin(low, high) && dot_y <= fmax(low, high))
            return true;
    }
    return false;
}

static void lines_light_the_dots_a_slow_reference_lights(void **state)
{
    (void)state;
    enum { WIDTH = 40, HEIGHT = 24, COUNT = 60 };
    for (uint32_t round = 0; round < 200; round++) {
        struct random random = random_at(7, RANDOM_GENERATOR, round, 0);
        struct plot *plot = plot_new(WIDTH, HEIGHT);
        int x[COUNT], y[COUNT];
        for (int i = 0; i < COUNT; i++) {
            int gap = i == 0 ? 0 : (int)random_below(&random, round % 5 + 1);
            x[i] = (i ? x[i - 1] : 0) + gap;
            y[i] = (int)random_below(&random, HEIGHT);
            if (x[i] >= WIDTH)
                x[i] = WIDTH - 1;
            if (i > 0)
                plot_line(plot, x[i - 1], y[i - 1], x[i], y[i]);
        }
        for (int dot_x = 0; dot_x < WIDTH; dot_x++)
            for (int dot_y = 0; dot_y < HEIGHT; dot_y++)
                assert_int_equal(plot_is_lit(plot, dot_x, dot_y),
                                 passes(x, y, COUNT, dot_x, dot_y));
        plot_free(plot);
    }
}

static void a_spike_among_a_hundred_thousand_points_is_seen(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    double *x = calloc(MANY, sizeof *x), *y = calloc(MANY, sizeof *y);
    for (int i = 0; i < MANY; i++) {
        x[i] = i;
        y[i] = i == 61803 ? 10 : 1;
    }
    struct chart_series series = {"loss", x, y, MANY, 0, NULL, NULL};
    struct chart chart = {NULL, NULL, &series, 1, false, NULL};
    struct surface *surface = surface_new(60, 20, false);
    chart_draw(surface, surface_box(surface), &chart);
    int lit = 0;
    for (int column = 10; column < 60; column++)
        lit += strcmp(surface_at(surface, column, 6)->text, " ") != 0;
    assert_int_equal(lit, 1);
    surface_free(surface);
    free(x);
    free(y);
}

static void every_value_lies_within_half_a_dot_of_its_place(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 2000; round++) {
        struct random random = random_at(11, RANDOM_GENERATOR, round, 0);
        double size = pow(10, random_uniform(&random) * 12 - 6);
        double low = (random_uniform(&random) - 0.5) * size;
        double high = low + random_uniform(&random) * size * 0.5;
        int cells = 2 + (int)random_below(&random, 40);
        struct scale scale = scale_vertical(low, high, cells, 4, false);
        for (int i = 0; i <= 10; i++) {
            double value = low + (high - low) * i / 10;
            double exact = (value - scale.first) / scale.per_cell * 4 + 1.5;
            assert_true(fabs(exact - scale_dot(&scale, value)) <= 0.5 + 1e-6);
        }
    }
}

static void ticks_of_a_linear_scale_name_the_middle_of_their_row(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 2000; round++) {
        struct random random = random_at(13, RANDOM_GENERATOR, round, 0);
        double low = random_uniform(&random) * 2, high = low + 0.01 + random_uniform(&random);
        int cells = 4 + (int)random_below(&random, 30);
        struct scale scale = scale_vertical(low, high, cells, 4, false);
        assert_true(scale.tick_count >= 1);
        for (int i = 0; i < scale.tick_count; i++) {
            double middle = scale.first + scale.ticks[i].cell * scale.per_cell;
            assert_true(fabs(strtod(scale.ticks[i].text, NULL) - middle) < 1e-9);
        }
    }
}

static void most_of_the_height_is_used(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 500; round++) {
        struct random random = random_at(17, RANDOM_GENERATOR, round, 0);
        double low = random_uniform(&random), high = low + 0.01 + random_uniform(&random);
        struct scale scale = scale_vertical(low, high, 16, 4, false);
        assert_true(scale_dot(&scale, high) - scale_dot(&scale, low) >= 64 * 0.6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_has_axes_ticks_and_a_legend),
        cmocka_unit_test(a_chart_in_ascii_draws_each_series_with_its_own_character),
        cmocka_unit_test(a_logarithmic_chart_says_so),
        cmocka_unit_test(a_tiny_chart_keeps_lines_and_names),
        cmocka_unit_test(a_chart_without_points_says_so),
        cmocka_unit_test(values_that_cannot_be_drawn_are_counted),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(lines_light_the_dots_a_slow_reference_lights),
        cmocka_unit_test(a_spike_among_a_hundred_thousand_points_is_seen),
        cmocka_unit_test(every_value_lies_within_half_a_dot_of_its_place),
        cmocka_unit_test(ticks_of_a_linear_scale_name_the_middle_of_their_row),
        cmocka_unit_test(most_of_the_height_is_used),
    };
    return cmocka_run_group_tests_name("chart", tests, set_up, NULL);
}
