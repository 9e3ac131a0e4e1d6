/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "layout.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "folder_sides.h"
#include "members.h"
#include "source_path.h"

enum { MOST_CHOICES = 2, LONGEST_NAME = 48 };

/* Known folders by the files in them. The first match counts. */
static const struct {
    const char *format, *ratings, *needs; /* NULL: no further condition */
    const char *users, *items[MOST_CHOICES];
} folders[] = {
    {"MovieLens 100K", "u.data", NULL, "u.user", {"u.item"}},
    {"MovieLens 1M", "ratings.dat", NULL, "users.dat", {"movies.dat"}},
    {"MovieLens 1M",
     "ratings.csv",
     "users.dat",
     "users.dat",
     {"movies_extrainfos.dat", "movies.dat"}},
    {"goodbooks-10k", "ratings.csv", "book_tags.csv", NULL, {"books.csv"}},
    {"Book-Crossing", "BX-Book-Ratings.csv", NULL, "BX-Users.csv", {"BX-Books.csv"}},
    {"UCI restaurants", "rating_final.csv", NULL, "userprofile.csv", {"geoplaces2.csv"}},
    {"books and their ratings", "ratings.csv", "books.csv", "users.csv", {"books.csv"}},
    {"MovieLens latest", "ratings.csv", "movies.csv", "users.csv", {"movies.csv"}},
    {"folder of CSV files", "ratings.csv", NULL, "users.csv", {"items.csv"}},
    {"Last.fm, HetRec 2011", "user_artists.dat", NULL, NULL, {"artists.dat"}},
    {"Last.fm 360K", "usersha1-artmbid-artname-plays.tsv", NULL, "usersha1-profile.tsv", {NULL}},
    {"Last.fm 1K",
     "userid-timestamp-artid-artname-traid-traname.tsv",
     NULL,
     "userid-profile.tsv",
     {NULL}},
    {"Yelp",
     "yelp_academic_dataset_review.json",
     NULL,
     "yelp_academic_dataset_user.json",
     {"yelp_academic_dataset_business.json"}},
    {"Steam", "steam_reviews.json", NULL, NULL, {"steam_games.json"}},
    {"Steam", "recommendations.csv", "games.csv", "users.csv", {"games.csv"}},
    {"KuaiRec", "big_matrix.csv", NULL, "user_features.csv", {"item_categories.csv"}},
    {"KuaiRec", "small_matrix.csv", NULL, "user_features.csv", {"item_categories.csv"}},
    {"Douban", "user_book.dat", NULL, NULL, {NULL}},
    {"Douban", "user_movie.dat", NULL, NULL, {NULL}},
    {"Jester", "jester_ratings.dat", NULL, NULL, {NULL}},
    {"Netflix prize", "combined_data_1.txt", NULL, NULL, {NULL}},
    {"Amazon 2014", "ratings_*.csv", NULL, NULL, {"meta_*.json"}},
    {"train and test", "train.txt", "test.txt", NULL, {NULL}},
    {"RecBole, split", "*.train.inter", NULL, "*.user", {"*.item"}},
    {"RecBole", "*.inter", NULL, "*.user", {"*.item"}},
    {"MeLU", "warm_state.json", "warm_state_y.json", NULL, {NULL}},
    {"MetaHIN", "meta_training.json", "meta_training_y.json", NULL, {NULL}},
    {"folder of JSON lines", "ratings.jsonl", NULL, "users.jsonl", {"items.jsonl"}},
    {"folder of JSON lines", "*.json", NULL, NULL, {"meta_*.json"}},
    {"folder of JSON lines", "*.jsonl", NULL, NULL, {"meta_*.jsonl"}},
};

bool layout_names_ratings(const char *name)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (strcasecmp(name, folders[i].ratings) == 0)
            return true;
    return false;
}

/* Prefers the file whose "*" matches the name of the ratings file, else takes the only match. */
static char *find_beside(const struct folder_names *folder, const char *ratings, const char *name)
{
    const char *file = file_name(ratings), *star = name ? strchr(name, '*') : NULL;
    if (!star)
        return folder_names_find(folder, name, NULL);
    size_t length = source_path_plain_length(file);
    while (length > 0 && file[length - 1] != '.')
        length--;
    char *same = memory_format("%.*s%.*s%s", (int)(star - name), name,
                               (int)(length > 0 ? length - 1 : 0), file, star + 1);
    char *path = folder_names_find(folder, same, NULL);
    free(same);
    return path ? path : folder_names_find(folder, name, NULL);
}

static bool has_file(const struct folder_names *folder, const char *name)
{
    char *path = folder_names_find(folder, name, NULL);
    free(path);
    return path != NULL;
}

/* Whether the files of a folder are known. Then sets them, and what they are called. */
static bool find_known(char *files[DATASET_TABLES], const struct folder_names *folder,
                       char format[64])
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *ratings = folder_names_find(folder, folders[i].ratings, folders[i].items[0]);
        if (!ratings || (folders[i].needs && !has_file(folder, folders[i].needs))) {
            free(ratings);
            continue;
        }
        files[DATASET_RATINGS] = ratings;
        files[DATASET_USERS] = find_beside(folder, ratings, folders[i].users);
        for (size_t choice = 0; choice < MOST_CHOICES && !files[DATASET_ITEMS]; choice++)
            files[DATASET_ITEMS] = find_beside(folder, ratings, folders[i].items[choice]);
        snprintf(format, 64, "%s", folders[i].format);
        return true;
    }
    return false;
}

static bool refuse_folder(const struct folder_names *folder, struct error *error)
{
    enum { SHOWN = 3 };
    char names[200] = "", name[64], first[64] = "", place[128];
    size_t used = 0, count = 0;
    for (size_t i = 0; i < folder->count; i++) {
        if (!member_is_data(folder->names[i]) || count++ >= SHOWN)
            continue;
        text_safe(folder->names[i], name, sizeof name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", count > 1 ? ", " : "",
                                 name);
        if (count == 1)
            snprintf(first, sizeof first, "%s", name);
    }
    if (count == 0 && folder->folder_count > 0)
        return file_error(error, folder->path, 0,
                          "there is no file of data in it; name the folder in it that has the "
                          "ratings, such as %s/%s",
                          text_safe(file_name(folder->path), place, sizeof place),
                          text_safe(folder->folders[0], name, sizeof name));
    if (count == 0)
        return file_error(error, folder->path, 0, "there is no file of data in it");
    return file_error(
        error, folder->path, 0,
        "none of its files (%s%s) is known as the ratings, as u.data, ratings.csv, "
        "one .inter file or one file of JSON lines are; name them with --ratings, such "
        "as %s/%s, and with --users and --items",
        names, count > SHOWN ? " ..." : "", text_safe(file_name(folder->path), place, sizeof place),
        first);
}

/* -- folders in folders ------------------------------------------------------------------------ */

static bool is_known(const struct folder_names *folder)
{
    char *files[DATASET_TABLES] = {NULL}, format[64];
    bool known = find_known(files, folder, format);
    for (size_t part = 0; part < DATASET_TABLES; part++)
        free(files[part]);
    return known;
}

static bool has_data(const struct folder_names *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        if (member_is_data(folder->names[i]))
            return true;
    return false;
}

static bool refuse_choice(const struct folder_names *folder, const char *one, const char *other,
                          struct error *error)
{
    char shown[2][64];
    return file_error(error, folder->path, 0,
                      "its folders \"%s\" and \"%s\" both hold ratings; name the one that is meant",
                      text_safe(one, shown[0], sizeof shown[0]),
                      text_safe(other, shown[1], sizeof shown[1]));
}

/* The one folder, in a folder without files of data, that has known files; else the only folder.
 * `below` is NULL if there is none. */
static bool choose_below(const struct folder_names *folder, const struct walk_context *context,
                         const char **below, struct error *error)
{
    enum { LISTED_AGAIN = 8 }; /* an archive is listed again for each of its folders */
    size_t count = folder->folder_count;
    *below = NULL;
    if (has_data(folder))
        return true;
    if (folder->archive && count > LISTED_AGAIN)
        return true;
    for (size_t i = 0; i < count; i++) {
        struct folder_names inner;
        bool is_folder;
        char *path = source_path_join(folder->path, folder->folders[i]);
        bool read = folder_names_read(&inner, path, &is_folder, context->cancelled,
                                      context->context, error);
        bool known = read && is_folder && is_known(&inner);
        folder_names_release(&inner);
        free(path);
        if (!read)
            return false;
        if (known && *below)
            return refuse_choice(folder, *below, folder->folders[i], error);
        if (known)
            *below = folder->folders[i];
    }
    if (!*below && count == 1)
        *below = folder->folders[0];
    return true;
}

/* Goes one level down. `deeper` is false if there is nothing to go to. */
static bool go_below(struct layout *layout, const struct walk_context *context, bool *deeper,
                     struct error *error)
{
    const struct folder_names *folder = &layout->levels[layout->depth - 1];
    const char *below;
    bool is_folder;
    *deeper = false;
    if (layout->depth == LAYOUT_LEVELS)
        return true;
    if (!choose_below(folder, context, &below, error))
        return false;
    if (!below)
        return true;
    struct decision *decision = decisions_add(&context->plan->decisions, "", "folder", below);
    decision_because(decision, "the data are in it");
    decision->told = true;
    char *path = source_path_join(folder->path, below);
    bool read = folder_names_read(&layout->levels[layout->depth], path, &is_folder,
                                  context->cancelled, context->context, error);
    free(path);
    *deeper = read && is_folder;
    layout->depth += *deeper;
    return read;
}

static bool find_in_folder(struct layout *layout, const struct import_options *options,
                           const struct walk_context *context, struct error *error)
{
    bool deeper = true, needed = !options->files[DATASET_RATINGS];
    while (deeper) {
        const struct folder_names *folder = &layout->levels[layout->depth - 1];
        if (find_known(layout->files, folder, context->plan->format)) {
            folder_sides_find(layout, folder, options);
            return true;
        }
        if (needed)
            layout->files[DATASET_RATINGS] = folder_names_only(folder);
        if (!needed || layout->files[DATASET_RATINGS])
            return true;
        if (!go_below(layout, context, &deeper, error))
            return false;
    }
    return refuse_folder(&layout->levels[0], error);
}

/* -- what options name --------------------------------------------------------------------------
 */

static void take_option(struct layout *layout, enum dataset_table part, const char *path)
{
    if (!path)
        return;
    free(layout->files[part]);
    layout->files[part] = memory_string(path);
}

/* Takes the files that options name. */
static void take_options(struct layout *layout, const struct import_options *options)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        take_option(layout, part, options->files[part]);
    for (size_t i = 0; i < options->further_count; i++)
        layout_add(layout, options->further[i].part, memory_string(options->further[i].path), true,
                   false);
    folder_sides_join(layout, &layout->levels[layout->depth > 0 ? layout->depth - 1 : 0], options);
}

/* The name of a file without its ending, of an archive without all of them. */
static void cut_ending(char *name)
{
    size_t length = source_path_archive_length(name);
    bool archive = name[length] != '\0';
    name[archive ? length : source_path_plain_length(name)] = '\0';
    char *point = strrchr(name, '.');
    if (!archive && point && point > name)
        *point = '\0';
}

static const char *cut_last(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return path;
    *slash = '\0';
    return file_name(path);
}

/* A data set is named after its folder, or after its file if that has no common name. */
static void name_after(const char *path, bool is_file, char name[64])
{
    static const char common[] = " ratings u rating_final interactions data ";
    char *whole = realpath(path, NULL), word[LONGEST_NAME];
    if (!whole)
        whole = memory_string(path);
    char *last = memory_string(file_name(whole));
    if (is_file || source_path_archive_length(last) < strlen(last))
        cut_ending(last);
    snprintf(word, sizeof word, " %s ", last);
    if (is_file && strchr(whole + 1, '/') && strcasestr(common, word)) {
        free(last);
        last = memory_string(cut_last(whole));
        last[source_path_archive_length(last)] = '\0';
    }
    const char *text = last;
    size_t used = isalpha((unsigned char)*text) ? 0 : (size_t)snprintf(name, 64, "data_");
    for (; *text != '\0' && used < LONGEST_NAME; text++) {
        unsigned char byte = (unsigned char)*text;
        name[used++] = isalnum(byte) && byte < 0x80 ? (char)tolower(byte) : '_';
    }
    while (used > 1 && name[used - 1] == '_')
        used--;
    name[used] = '\0';
    free(last);
    free(whole);
}

/* Finds the files of the path, and whether it is one file. */
static bool find_at_path(struct layout *layout, const struct import_options *options, bool *is_file,
                         const struct walk_context *context, struct error *error)
{
    bool is_folder = false;
    if (options->path && !folder_names_read(&layout->levels[0], options->path, &is_folder,
                                            context->cancelled, context->context, error))
        return false;
    layout->depth = is_folder;
    *is_file = !is_folder;
    bool good = true;
    if (options->path && !is_folder && options->files[DATASET_RATINGS])
        good = error_set(error, ERROR_USAGE,
                         "both a file and --ratings name the ratings; parts of one "
                         "table are --ratings A,B");
    else if (is_folder)
        good = find_in_folder(layout, options, context, error);
    else
        take_option(layout, DATASET_RATINGS, options->path);
    if (good)
        take_options(layout, options);
    return good;
}

bool layout_find(struct layout *layout, const struct import_options *options,
                 const struct walk_context *context, struct error *error)
{
    struct import_plan *plan = context->plan;
    *layout = (struct layout){.depth = 0};
    bool is_file;
    if (!import_options_check(options, error))
        return false;
    if (!options->path && !options->files[DATASET_RATINGS])
        return error_set(error, ERROR_USAGE,
                         "nothing to import: name a folder or a file, or --ratings FILE");
    if (!find_at_path(layout, options, &is_file, context, error))
        return false;
    const char *source = options->path ? options->path : options->files[DATASET_RATINGS];
    const struct source_stream stream = source_stream_of(source);
    text_safe(source, plan->source, sizeof plan->source);
    if (stream.file)
        snprintf(plan->source, sizeof plan->source, "%.*s", (int)stream.file_length, stream.file);
    else if (stream.length)
        snprintf(plan->source, sizeof plan->source, "standard input");
    if (options->name)
        snprintf(plan->name, sizeof plan->name, "%s", options->name);
    else if (stream.length && !stream.file)
        return error_set(error, ERROR_USAGE, "what comes from standard input needs --name");
    else
        name_after(source, is_file, plan->name);
    return true;
}

void layout_release(struct layout *layout)
{
    if (!layout)
        return;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        free(layout->files[part]);
    for (size_t i = 0; i < layout->count; i++)
        free(layout->further[i].path);
    free(layout->further);
    for (size_t level = 0; level < LAYOUT_LEVELS; level++)
        folder_names_release(&layout->levels[level]);
    *layout = (struct layout){.depth = 0};
}
