/* SPDX-License-Identifier: MIT
 *
 * Reads rating data from files: folders of known sets (MovieLens, RecBole), JSON lines, and any
 * file of columns between separators.
 *
 * The first rows of each file are a sample. From it thaw decides what the columns are. Then the
 * file is read twice. The first pass checks every row and learns the types of columns; the second
 * passes the rows to the sink. So almost every failure comes before the sink gets a row. If one
 * comes later, the caller rolls back what the sink took.
 *
 * All decisions are part of the plan, and every one that an option can overrule names that option.
 *
 * Rules:
 * - The first row is a header if it names the ids, or if it is text where all other rows hold
 *   numbers or dates.
 * - Columns of ratings are recognised by their names in any case: user, userId, user_id ..., item,
 *   movieId, product ..., rating, score, stars ..., timestamp. If no column is named like a rating
 *   and one column of numbers is left, it is the rating. If several are left, or the name or the
 *   values are those of something else (src/import/rating_guess.h), or a column has opinions in
 *   words, the import asks. If none is left, every row has the value 1.
 * - The id of a table of users or items is the column named like that of the ratings, or like an
 * id, if values of the ratings' column stand in it; else the column in which most of them stand.
 * Numbers named like an attribute ("age"), and two columns of numbers that fit equally well, are
 * refused (src/import/id_column.h). Files that are joined follow the same rule.
 * - "time" and "date", and names with a part such as "created", "at", "date" or "day", are times if
 *   two thirds of their sampled values are dates after 1900 or seconds after 1973, and before 2100,
 *   unless the names say that something else happened then ("birth_date"). Values that are no times
 *   are then bad rows. In dates such as 03/04/2019, the rows of the whole file decide which number
 *   is the day (src/import/time_order.h). --time-format takes a column that is written so. Other
 *   columns keep their names. Their type is INTEGER if all values are whole numbers without leading
 *   zeros, REAL if all are numbers, else TEXT. Blanks around a number do not count.
 * - A number such as "1.234" or "1,234" may have thousands. Other numbers of its column, else those
 * of other columns, decide what the mark is (src/import/decimal_choice.h); where none does, a point
 * is taken for the decimal one, which is said, and a comma is refused in ratings.
 * - An empty cell is missing. In columns that are not ids, ratings or titles, so are NA, N/A, NaN,
 *   NULL, None, <NA>, #N/A, ?, \N, - and "(no genres listed)", and the words of --missing, but none
 *   that --missing has with "!" before it. A rating that is such a word of --missing leaves its row
 *   out.
 * - Ids are text and are kept unchanged, with leading zeros, but for the blanks around them, which
 * are no part of them unless an export wrote the file. If all ids of a column are whole numbers,
 * the ".0" behind some is cut off.
 * - An id that is empty, NaN, NULL, None, NA, N/A, <NA>, #N/A or \N is missing, and in a column of
 *   numbers also ?, - and "none": its row is bad. A row with an id that --missing names is left
 *   out.
 * - A rating is a finite decimal number. Words such as true and false, yes and no, like and dislike
 *   are 1 and 0.
 * - A time is a number of seconds since 1970, or of milliseconds, microseconds or nanoseconds if it
 *   would else lie after the year 5138, or a date; src/import/time_form.h says which. Times outside
 *   of the years 1 to 9999 are refused.
 * - A file may be packed by gzip, bzip2, xz or zstd, whatever its name. A ZIP, 7-Zip or tar archive
 *   is read like a folder, also within a path: "ml-1m.zip/ml-1m/users.dat". What such archives may
 *   hold and how large they may become is bounded (src/import/unpacker.h).
 * - Text is UTF-8, UTF-16, or in one of a dozen other encodings (windows-1250 to 1256, GB18030,
 *   Big5, Shift_JIS, EUC-JP, EUC-KR ...), as its bytes say (src/import/scan.h, encoding_guess.h),
 *   and is converted. A few invalid bytes in a UTF-8 file are refused. A byte order mark is
 *   skipped.
 * - Lines end with LF, CRLF or CR.
 * - What separates columns, which lines are comments or stand before the first row, and what quotes
 *   mean is found by the rules in src/import/sniffer.h and separated.c. Rows without any value are
 *   skipped. A broken row is one bad row, and reading goes on with the line after its first.
 * - JSON has one object on each line, or objects in a list, in a list within an object, or one
 *   after another, in JSON or as Python prints them. The columns are the keys of all objects. A key
 *   that is absent, null and "" are missing. {"a": {"b": 1}} has the column "a.b". The values of a
 *   list stand in one cell with "|" between them (base/list_text.h), and are no id. Lists and
 *   tuples are rows as they are.
 * - A file that --reader names a page of Lua for is cut by that page, which makes the rows
 *   (lua/thaw/reader.lua). It runs once, in a confined process, and may make rows of users and
 *   items beside the ratings. Files that the page has no function for are read as usual.
 * - Other formats are Netflix's blocks, matrices, split files and pairs of JSON files
 *   (src/import/records.c has the table).
 * - Several files of ratings are one table: they have the columns of the first, in any order, by
 * their names or else by their roles ("stars" for "rating"). A column that a later one lacks is
 * missing there; one that only a later one has is refused. --header is about each of them.
 * - Several files of users (items) describe the same ones. One with the columns of the first goes
 *   on with it. Any other is joined (src/import/sides.h): its columns stand behind those of the
 *   first.
 * - A folder without files of data is searched for the one folder in it that has known ones. Files
 *   that are not read are said.
 * - A file columns.csv in a folder, with the header "table,column,type", declares types that values
 *   do not tell; an export makes it.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/dataset_sink.h"
#include "data/decision.h"

/* What the user decides about one file: field, and the option that sets it. A column is named by
 * its name or, without a header, by its number from 1; "-" is no column. */
#define FILE_OPTIONS(X)                                                                            \
    X(columns, "columns")         /* names of the columns, "user,item,-": "-" leaves one out */    \
    X(format, "format")           /* "text", "json", "netflix" or "matrix" */                      \
    X(reader, "reader")           /* the path of a page of Lua that makes the rows */              \
    X(separator, "separator")     /* the text between columns, or "tab" or "blanks" */             \
    X(encoding, "encoding")       /* of the text */                                                \
    X(header, "header")           /* "yes" or "no": whether the first row has the names */         \
    X(decimal, "decimal")         /* "." or ",": the decimal point */                              \
    X(quote, "quote")             /* "yes" or "no": whether quotes enclose fields */               \
    X(comment, "comment")         /* what lines that are no rows begin with; "" for none */        \
    X(missing, "missing")         /* more words for a missing value, with commas between them */   \
    X(time_format, "time-format") /* s, ms, us, ns, or patterns as for strptime, "|" between */    \
    X(user, "user")                                                                                \
    X(item, "item")                                                                                \
    X(rating, "rating") /* "-" counts every row as 1 */                                            \
    X(time, "time")                                                                                \
    X(title, "title")

/* NULL leaves the decision to thaw. An option that has nothing to decide makes the import fail: its
 * table has no file, or the file has no such thing. */
struct file_options {
#define X(field, ...) const char *field;
    FILE_OPTIONS(X)
#undef X
};

enum { IMPORT_FURTHER = 32, IMPORT_SETTINGS = 4 * IMPORT_FURTHER };

/* One more file of a table. */
struct further_file {
    enum dataset_table part;
    const char *path;
};

/* How one joined file is written: an option, such as "separator", and "FILE:VALUE". */
struct file_setting {
    const char *option, *value;
};

struct import_options {
    const char *path; /* a folder or a file; NULL if the file of ratings is given */
    const char *name; /* of the data set; NULL takes it from the path */
    /* Files that are outside of a known folder or replace the folder's own; NULL for none. */
    const char *files[DATASET_TABLES];
    /* More of them, in the order in which they were given: parts of the ratings, and what is joined
     * with users and items. More than IMPORT_FURTHER are counted, not kept, and refused. */
    struct further_file further[IMPORT_FURTHER];
    size_t further_count;
    /* "FILE:COLUMN=TABLE.COLUMN": by which columns a file is joined. Counted in the same way. */
    const char *joins[IMPORT_FURTHER];
    size_t join_count;
    struct file_options of[DATASET_TABLES];
    struct file_options
        common; /* what names no file; it is in `of` too, for tables it can be about */
    struct file_setting settings[IMPORT_SETTINGS]; /* counted in the same way */
    size_t setting_count;
    const char *repeats; /* a word of REPEATS; NULL is "last" */
    bool keep_going;     /* leave out bad rows and count them, instead of refusing the file */
    bool unjailed;       /* run a reader even where the system has no filter of system calls */
};

/* Whether an option can be about one joined file, by "FILE:VALUE". */
bool import_option_is_of_file(const char *name);
/* Whether "FILE:VALUE" can name a file that is called so. */
bool import_option_names(const char *file);
/* How the joined file at the path is written, by the settings that name it or the end of its path,
 * else by those that name no file. */
struct file_options import_options_of_file(const struct import_options *options, const char *path);

/* Sets what an option says, such as "ratings", "users-columns", "separator" or "keep-going".
 * "ratings", "users", "items" and "join" add to what they said before. For a
 * FILE_OPTION, the value "users:TEXT" is about that table alone, and "tags.csv:TEXT" about a joined
 * file of that name; else it is about all files, except that user, item, rating and time are
 * columns of the ratings and title is one of the items. False if there is no such option. The value
 * is kept. */
bool import_options_take(struct import_options *options, const char *name, const char *value);
/* What a FILE_OPTION of a file says; NULL if nothing. */
const char *import_option_value(const struct file_options *options, const char *name);
/* Whether an option's value is about one table, "users:TEXT"; sets it, if `part` is not NULL. */
bool import_option_part(const char *value, enum dataset_table *part);
/* Whether a FILE_OPTION without the name of a table is about that table. */
bool import_option_is_meant(enum dataset_table part, const char *name);

/* The length of FILE in "FILE:COLUMN=TABLE.COLUMN" or "FILE"; sets where TABLE stands, or NULL. */
size_t import_join_file(const char *join, const char **table);
/* "FILE:COLUMN=TABLE.COLUMN" with an absolute FILE, unless that is a name in the folder (may be
 * NULL); a new string. */
char *import_join_absolute(const char *folder, const char *join);
/* Refuses more files or joins than are kept, and joins that are not written like one. */
bool import_options_check(const struct import_options *options, struct error *error);

/* Bytes for the first few rejected rows, as they are shown after an import. */
enum { IMPORT_REJECTED = 512 };

enum { PLAN_ROWS = 5, PLAN_REJECTED = 10000 };

struct planned_column {
    char *name;
    enum column_type type;
    enum column_role role;
    uint64_t missing;      /* cells without a value */
    char *rows[PLAN_ROWS]; /* its first cells as they stand in the file; NULL behind the last */
    char *file;            /* it is joined from this one; NULL: it is of the table's own */
};

struct planned_table {
    char *file; /* its name; NULL if there is no such table */
    uint64_t rows;
    struct planned_column *columns;
    size_t count;
};

/* The stages of an import, with words for a person. */
#define IMPORT_STAGES(X)                                                                           \
    X(CHECKING, "checking")             /* the first pass over all files */                        \
    X(READING, "reading in")            /* the second pass, which writes */                        \
    X(STORING, "storing")               /* what has been written becomes part of the workbench */  \
    X(CONVERTING, "running the reader") /* before all others */

enum import_stage {
#define X(name, text) IMPORT_##name,
    IMPORT_STAGES(X)
#undef X
        IMPORT_STAGE_COUNT
};

/* How far an import is. */
struct import_progress {
    enum import_stage stage;
    double share;  /* 0 .. 1, of the time that the whole import is likely to take */
    uint64_t rows; /* of the file that is being read, in this stage */
};
/* The share at which storing begins. */
#define IMPORT_READ 0.9

struct import_plan {
    char name[64];    /* of the data set: the option, or made from the path */
    char source[512]; /* the folder or the ratings file */
    char format[64];
    enum repeats repeats;
    struct decisions decisions;
    struct planned_table tables[DATASET_TABLES];
    uint32_t users, items, ratings; /* as in the summary of the data set */
    uint32_t rejected;
    double bytes;               /* of the files, unpacked */
    struct bytes rejected_rows; /* the first PLAN_REJECTED with file and line, one a line, and a NUL
                                 * behind them; empty if there are none */
    struct import_progress progress; /* up to date whenever `cancelled` is called */
};

void import_plan_release(struct import_plan *plan); /* accepts NULL */

/* Finds the files and which name the data set would get, without opening any but archives. Of the
 * plan it sets name, source and, for known folders, format. The caller releases the plan, also
 * after a failure. */
bool import_recognise(const struct import_options *options, struct import_plan *plan,
                      struct error *error);

/* Finds the files and decides from their first rows what their columns are: the tables of the plan
 * get names and roles, and types as far as those rows tell them. Sets `bytes`. The caller releases
 * the plan, also after a failure. */
bool import_look(const struct import_options *options, struct import_plan *plan,
                 struct error *error);

/* Reads everything into the sink; without a sink (NULL), only plans and checks. `cancelled` is
 * called from time to time and may be NULL. The caller releases the plan, also after a failure. */
bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_plan *plan, bool (*cancelled)(void *context), void *context,
                 struct error *error);

/* Copies all that an open file still gives, such as standard input, into a nameless temporary file,
 * since an import reads its files twice and in another process. Returns a new string, the path for
 * import_options, which is valid while this process lives and `file` is open. NULL on failure. */
char *import_take_stream(int from, int *file, struct error *error);
/* A path for import_options to rows in an open file, which are those of a table of an SQLite file,
 * or what a SELECT finds in it: written as comma-separated text with a header. Messages name `from`
 * and `what` and count rows in place of lines, and the plan's command says --table. A new string,
 * good as long as this process lives and `file` is open. */
char *import_table_path(int file, const char *from, const char *what);

/* The roles that an import gives to columns of these names. `sure[i]` is false for a time that also
 * depends on its values. */
void import_roles(enum dataset_table part, char *const *names, size_t count,
                  enum column_role *roles, bool *sure);

/* Whether an import takes two names of columns for the same: case, blanks and "_-." do not count.
 */
bool import_names_match(const char *left, const char *right);

/* The narrowest type that a value of a column can have, for an attribute. */
enum column_type import_type(const char *text, size_t length);
/* A file in a folder that declares types where values do not tell them: "table,column,type". */
#define IMPORT_TYPES_FILE "columns.csv"

/* Reads a time as an import does; `date` says that it is written as a date, without a time of day
 * if it has 10 bytes. */
bool import_time(const char *text, int64_t *seconds, bool *date);

#endif
