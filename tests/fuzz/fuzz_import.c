/* SPDX-License-Identifier: MIT
 *
 * Import: files of every kind pass through the sniffer. The rows keep the promises of
 * dataset_sink.h. A refusal is one sentence. The same files give the same rows again.
 *
 * Byte 0: the kind of folder, and whether bad rows are left out. The rest is the text of the files,
 * separated by form feeds. FUZZ_READER makes a harness of the kinds of one reader alone.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "fuzz.h"
#include "import/import.h"

#ifndef FUZZ_READER
#define FUZZ_READER "" /* all kinds */
#endif

enum { FILES = 4, COLUMNS_MOST = 1200 };

/* Ratings, users, items; the names of columns that are given. */
static const struct kind {
    const char *reader; /* which harness of one reader has it */
    const char *files[FILES], *columns[DATASET_TABLES];
    struct file_options format; /* of the ratings, but for their columns */
    bool named;                 /* options name the files, as of these tables */
    enum dataset_table parts[FILES];
} kinds[] = {
    {"csv", .files = {"r.csv"}},
    {"csv", .files = {"r.csv"}, .columns = {"user,item"}},
    {"csv", .files = {"r.csv"}, .columns = {"user,item,rating,-,timestamp"}},
    {"movielens", .files = {"u.data", "u.user", "u.item"}},
    {"movielens", .files = {"ratings.dat", "users.dat", "movies.dat"}},
    {"movielens", .files = {"ratings.csv", "users.dat", "movies_extrainfos.dat"}},
    {"movielens", .files = {"ratings.csv", "users.csv", "movies.csv"}},
    {"joined", .files = {"ratings.csv", "users.csv", "items.csv"},
     .columns = {NULL, "user,-,age", "item,title"}},
    {"recbole", .files = {"a.inter", "a.user", "a.item"}},
    {"records", .files = {"r.json"}},
    {"records", .files = {"a.jsonl", "meta_a.jsonl"}},
    {"csv", .files = {"r.txt"}, .columns = {"user,item,rating"}, .format = {.separator = "blanks"}},
    {"csv", .files = {"r.tsv"}, .columns = {"user,item,rating"},
     .format = {.quote = "yes", .comment = "#"}},
    {"csv", .files = {"r.txt"}, .columns = {"user,item"},
     .format = {.separator = "::", .quote = "no"}},
    {"matrix", .files = {"m.csv"}, .format = {.format = "matrix", .missing = "99"}},
    {"netflix", .files = {"combined_data_1.txt"}, .format = {.format = "netflix"}},
    {"records", .files = {"r.json"}, .columns = {"user,item,rating"}, .format = {.format = "json"}},
    {"recbole", .files = {"x.train.inter", "x.test.inter", "x.item"}},
    {"pairs", .files = {"meta_training.json", "meta_training_y.json"}},
    {"lists", .files = {"train.txt", "test.txt"}},
    {"lists", .files = {"r.txt"}, .format = {.format = "lists"}},
    {"joined", .files = {"ratings.csv", "books.csv", "book_tags.csv", "tags.csv"}},
    {"lastfm", .files = {"user_artists.dat", "artists.dat", "user_friends.dat"}},
    {"joined", .files = {"a.csv", "b.csv", "c.csv"}, .named = true, .parts = {DATASET_RATINGS}},
    {"joined", .files = {"r.csv", "i.csv", "j.csv", "k.csv"}, .named = true,
     .parts = {DATASET_RATINGS, DATASET_ITEMS, DATASET_ITEMS, DATASET_ITEMS}},
    {"joined", .files = {"r.csv", "u.csv", "v.csv", "w.csv"}, .named = true,
     .parts = {DATASET_RATINGS, DATASET_USERS, DATASET_USERS, DATASET_USERS}},
    {"csv", .files = {"r.csv"}, .format = {.decimal = ",", .missing = "99,-1"}},
    {"csv", .files = {"r.csv"}, .format = {.header = "no", .time_format = "%d/%m/%Y|%s"}},
    {"lastfm", .files = {"usersha1-artmbid-artname-plays.tsv", "usersha1-profile.tsv"}},
    {"lastfm", .files = {"userid-timestamp-artid-artname-traid-traname.tsv", "userid-profile.tsv"}},
    {"literal", .files = {"r.json", "meta_r.json"}},
    {"literal", .files = {"r.txt"}, .format = {.format = "json"}},
    {"matrix", .files = {"m.csv"}},
    {"netflix", .files = {"combined_data_1.txt", "movie_titles.csv"}},
};

struct sink {
    enum dataset_table table;
    struct dataset_column columns[COLUMNS_MOST]; /* of the table that is being filled */
    size_t count;
    bool seen[DATASET_TABLES];
    struct bytes taken;
};

static void check_roles(const struct dataset_column *columns, size_t count,
                        enum dataset_table table)
{
    size_t roles[ROLE_TITLE + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(columns[i].name);
        fuzz_require(text_is_utf8(columns[i].name, length), "a column has a name of UTF-8");
        fuzz_require(columns[i].role <= ROLE_TITLE && columns[i].type <= COLUMN_REAL,
                     "a column has a role and a type");
        roles[columns[i].role]++;
        fuzz_require(columns[i].role != ROLE_TIME || columns[i].type == COLUMN_INTEGER,
                     "a time is a whole number");
    }
    bool users = table == DATASET_USERS, items = table == DATASET_ITEMS;
    fuzz_require(roles[ROLE_USER] == !items && roles[ROLE_ITEM] == !users &&
                     roles[ROLE_RATING] == (table == DATASET_RATINGS) && roles[ROLE_TIME] <= 1 &&
                     roles[ROLE_TITLE] <= items,
                 "a table has the columns that it must have");
}

static bool take_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *error)
{
    (void)error;
    struct sink *sink = context;
    fuzz_require(!sink->seen[table] && !sink->seen[DATASET_RATINGS] && count <= COLUMNS_MOST,
                 "a table comes once, and ratings come last");
    check_roles(columns, count, table);
    sink->seen[table] = true;
    sink->table = table;
    sink->count = count;
    memcpy(sink->columns, columns, count * sizeof *columns);
    return true;
}

static void check_cell(const struct dataset_column *column, const struct dataset_cell *cell)
{
    if (column->type == COLUMN_TEXT)
        fuzz_require(text_is_utf8(cell->text, cell->length) &&
                         !memchr(cell->text, '\0', cell->length),
                     "a cell is UTF-8 without NUL");
    if (column->type == COLUMN_REAL)
        fuzz_require(isfinite(cell->real), "a number is finite");
    if (column->role == ROLE_TIME)
        fuzz_require(cell->integer >= INT64_C(-62135596800) &&
                         cell->integer <= INT64_C(253402300799),
                     "a time lies in the years 1 to 9999");
}

static void add_cell(struct bytes *bytes, enum column_type type, const struct dataset_cell *cell)
{
    bytes_add_u8(bytes, cell->given);
    if (cell->given && type == COLUMN_TEXT)
        bytes_add_block(bytes, cell->text, cell->length, 1);
    else if (cell->given)
        bytes_add_u64(bytes, (uint64_t)cell->integer); /* or the bits of the number */
}

static bool take_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *error)
{
    (void)error;
    struct sink *sink = context;
    fuzz_require(table == sink->table && sink->seen[table], "rows are of the table begun last");
    for (size_t i = 0; i < sink->count; i++) {
        const struct dataset_column *column = &sink->columns[i];
        bool needed =
            column->role == ROLE_USER || column->role == ROLE_ITEM || column->role == ROLE_RATING;
        fuzz_require(cells[i].given || !needed, "ids and ratings are there");
        if (cells[i].given)
            check_cell(column, &cells[i]);
        add_cell(&sink->taken, column->type, &cells[i]);
    }
    return true;
}

/* One sentence a line. */
static void check_lines(const char *text)
{
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        fuzz_require(fuzz_is_safe(text, length), "what is said can be shown");
    }
}

static bool read_once(const struct import_options *options, char digest[DIGEST_TEXT])
{
    static struct sink sink;
    struct import_plan plan;
    struct error error = {0};
    memset(sink.seen, 0, sizeof sink.seen);
    bytes_clear(&sink.taken);
    struct dataset_sink functions = {&sink, take_table, take_row};
    bool good = import_read(options, &functions, &plan, NULL, NULL, &error);
    if (good) {
        fuzz_require(sink.seen[DATASET_RATINGS], "there are ratings");
        char notes[4096];
        check_lines(plan.rejected_rows.size ? (char *)plan.rejected_rows.data : "");
        check_lines(decisions_notes(&plan.decisions, notes, sizeof notes));
        check_lines(plan.source);
    } else {
        fuzz_require(*error.text && (error.kind == ERROR_INPUT || error.kind == ERROR_USAGE),
                     "a refusal is a sentence");
        check_lines(error.text);
    }
    decisions_write(&plan.decisions, &sink.taken);
    import_plan_release(&plan);
    bytes_add_u8(&sink.taken, good);
    digest_of(sink.taken.data, sink.taken.size, digest);
    return good;
}

/* Ends of lines, of a copy of the input, are where the files are cut. */
static size_t write_files(const struct kind *kind, const uint8_t *data, size_t size)
{
    size_t count = 0;
    for (bool more = true; count < FILES && kind->files[count] && more; count++) {
        const uint8_t *end = size > 0 ? memchr(data, '\f', size) : NULL;
        size_t length = end ? (size_t)(end - data) : size;
        fuzz_file(kind->files[count], data, length);
        data += end ? length + 1 : length;
        size -= end ? length + 1 : length;
        more = size > 0;
    }
    return count;
}

/* Names the files by options. */
static void name_files(const struct kind *kind, char *paths[FILES], struct import_options *options)
{
    options->path = NULL;
    for (size_t i = 0; i < FILES && kind->files[i]; i++) {
        paths[i] = memory_format("%s/%s", fuzz_folder(), kind->files[i]);
        import_options_take(options, dataset_parts[kind->parts[i]], paths[i]);
    }
}

/* The kind of that number, of those that this harness tries. */
static const struct kind *choose(size_t number)
{
    const struct kind *chosen[sizeof kinds / sizeof *kinds];
    size_t count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (*FUZZ_READER == '\0' || strcmp(kinds[i].reader, FUZZ_READER) == 0)
            chosen[count++] = &kinds[i];
    fuzz_require(count > 0, "there are such kinds");
    return chosen[number % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char first[DIGEST_TEXT], second[DIGEST_TEXT];
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    const struct kind *kind = choose(choice >> 1);
    const char *folder = fuzz_folder();
    size_t count = write_files(kind, input.data, input.size);
    char *path =
        kind->files[1] ? memory_string(folder) : memory_format("%s/%s", folder, kind->files[0]);
    struct import_options options = {.path = path, .keep_going = choice & 1};
    char *paths[FILES] = {NULL};
    if (kind->named)
        name_files(kind, paths, &options);
    options.of[DATASET_RATINGS] = kind->format;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        options.of[part].columns = kind->columns[part];
    bool good = read_once(&options, first);
    fuzz_require(read_once(&options, second) == good && strcmp(first, second) == 0,
                 "the same files give the same rows");
    free(path);
    for (size_t i = 0; i < FILES; i++)
        free(paths[i]);
    for (size_t i = 0; i < count; i++) {
        char *file = memory_format("%s/%s", folder, kind->files[i]);
        unlink(file);
        free(file);
    }
    return 0;
}
