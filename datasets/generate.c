/* SPDX-License-Identifier: MIT
 *
 * Writes the synthetic data set and the true effects behind it into a folder. All people, films and
 * ratings are invented.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "world.h"

enum { SEED = 20261124 };

static const char *const truth_names[TRUTHS] = {"bias", "attributes", "everything"};

static FILE *open_in(const char *folder, const char *name)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
    free(path);
    return file;
}

static void finish(FILE *file)
{
    if (fclose(file) != 0) {
        perror("generate");
        exit(1);
    }
}

static void write_ratings(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "ratings.csv");
    fprintf(file, "user,item,rating,timestamp,occasion\n");
    for (int i = 0; i < RATINGS; i++) {
        const struct opinion *opinion = &world->opinions[i];
        fprintf(file, "u%d,i%d,%d,%lld,%s\n", opinion->user + 1, opinion->item + 1, opinion->rating,
                (long long)opinion->time, occasion_effects[opinion->occasion].name);
    }
    finish(file);
}

static void write_users(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "users.csv");
    fprintf(file, "user,age,gender,occupation,country\n");
    for (int i = 0; i < USERS; i++) {
        const struct person *person = &world->people[i];
        fprintf(file, "u%d,%d,%s,%s,%s\n", i + 1, person->age, gender_effects[person->gender].name,
                occupation_effects[person->occupation].name, countries[person->country]);
    }
    finish(file);
}

static void write_title(FILE *file, const struct film *film, bool chinese)
{
    const struct word *adjective = &adjectives[film->adjective],
                      *noun = &nouns[film->genres[0]][film->noun];
    if (chinese)
        fprintf(file, "%s%s%s", adjective->chinese, film->formal ? "的" : "之", noun->chinese);
    else
        fprintf(file, "%s%s %s", film->formal ? "The " : "", adjective->english, noun->english);
}

static void write_items(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "items.csv");
    fprintf(file, "item,title,title_zh,genres,year\n");
    for (int i = 0; i < ITEMS; i++) {
        const struct film *film = &world->films[i];
        fprintf(file, "i%d,", i + 1);
        write_title(file, film, film->chinese);
        fprintf(file, ",");
        write_title(file, film, true);
        for (int genre = 0; genre < film->genre_count; genre++)
            fprintf(file, "%s%s", genre > 0 ? "|" : ",", genre_effects[film->genres[genre]].name);
        fprintf(file, ",%d\n", film->year);
    }
    finish(file);
}

static void write_axis_names(FILE *file, const char *before)
{
    for (int axis = 0; axis < AXES; axis++)
        fprintf(file, ",%s%s", before, axis_names[axis]);
}

static void write_axes(FILE *file, const double *axes)
{
    for (int axis = 0; axis < AXES; axis++)
        fprintf(file, ",%.3f", axes[axis]);
}

static void write_true_users(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "truth_users.csv");
    fprintf(file, "user,bias");
    write_axis_names(file, "shared_");
    write_axis_names(file, "personal_");
    fprintf(file, "\n");
    for (int i = 0; i < USERS; i++) {
        fprintf(file, "u%d,%.3f", i + 1, world->people[i].bias);
        write_axes(file, world->people[i].shared);
        write_axes(file, world->people[i].personal);
        fprintf(file, "\n");
    }
    finish(file);
}

static void write_true_items(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "truth_items.csv");
    fprintf(file, "item,bias,available_from");
    write_axis_names(file, "");
    fprintf(file, "\n");
    for (int i = 0; i < ITEMS; i++) {
        fprintf(file, "i%d,%.3f,%lld", i + 1, world->films[i].bias,
                (long long)world->films[i].arrival);
        write_axes(file, world->films[i].place);
        fprintf(file, "\n");
    }
    finish(file);
}

static void write_effect_rows(FILE *file, const char *of, const struct effect *effects, int count)
{
    for (int i = 0; i < count; i++) {
        fprintf(file, "%s,%s", of, effects[i].name);
        for (int axis = 0; axis < AXES; axis++)
            fprintf(file, ",%.2f", effects[i].axis[axis] / 100.0);
        fprintf(file, "\n");
    }
}

static void write_effects(const char *folder)
{
    FILE *file = open_in(folder, "truth_effects.csv");
    fprintf(file, "of,value");
    write_axis_names(file, "");
    fprintf(file, "\n");
    write_effect_rows(file, "genre", genre_effects, GENRES);
    write_effect_rows(file, "age", age_effects, AGES);
    write_effect_rows(file, "gender", gender_effects, GENDERS);
    write_effect_rows(file, "occupation", occupation_effects, OCCUPATIONS);
    write_effect_rows(file, "occasion", occasion_effects, OCCASIONS);
    finish(file);
}

/* Adds the squared error of the mean rating and the absolute error of the median rating, given a
 * score. If the score is the whole truth, no prediction can do better on average. */
static void add_errors(double score, int rating, double *squared, double *absolute)
{
    double chances[5], mean = 0, below = 0;
    int median = 0;
    world_chances(score, chances);
    for (int value = 1; value <= 5; value++) {
        mean += value * chances[value - 1];
        below += chances[value - 1];
        if (median == 0 && below >= 0.5)
            median = value;
    }
    *squared += (rating - mean) * (rating - mean);
    *absolute += rating > median ? rating - median : median - rating;
}

static double square_root(double value)
{
    double root = value;
    for (int i = 0; i < 60; i++)
        root = (root + value / root) / 2;
    return root;
}

static void write_truth(const struct world *world, const char *folder)
{
    FILE *file = open_in(folder, "truth.csv");
    fprintf(file, "known,mae,rmse\n");
    for (int truth = 0; truth < TRUTHS; truth++) {
        double squared = 0, absolute = 0;
        for (int i = 0; i < RATINGS; i++)
            add_errors(world_score(world, &world->opinions[i], truth), world->opinions[i].rating,
                       &squared, &absolute);
        fprintf(file, "%s,%.4f,%.4f\n", truth_names[truth], absolute / RATINGS,
                square_root(squared / RATINGS));
    }
    finish(file);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: generate FOLDER\n");
        return 2;
    }
    struct world *world = memory_new(sizeof *world);
    world_make(world, SEED);
    write_ratings(world, arguments[1]);
    write_users(world, arguments[1]);
    write_items(world, arguments[1]);
    write_true_users(world, arguments[1]);
    write_true_items(world, arguments[1]);
    write_effects(arguments[1]);
    write_truth(world, arguments[1]);
    free(world);
    return 0;
}
