/* SPDX-License-Identifier: MIT
 *
 * What the user said is repeated word by word, so that nothing depends on how thaw would say it.
 * Options of decisions are added to it only where the user left them open.
 */
#include "config.h"

#include "repeat_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "source_path.h"

static void add_option(struct bytes *text, const char *name, const char *value)
{
    bytes_add_format(text, " --%s ", name);
    bytes_add_word(text, value);
}

/* -- sources ----------------------------------------------------------------------------------- */

static void add_file(struct bytes *text, enum dataset_table part, const char *path)
{
    const struct source_stream stream = source_stream_of(path);
    char *file = stream.file     ? memory_format("%.*s", (int)stream.file_length, stream.file)
                 : stream.length ? memory_string("-")
                                 : memory_string(path);
    add_option(text, dataset_parts[part], file);
    if (stream.what) {
        char *table = memory_format("%s:%s", dataset_parts[part], stream.what);
        add_option(text, "table", table);
        free(table);
    }
    free(file);
}

static void add_sources(struct bytes *text, const struct import_options *options)
{
    if (options->path) {
        bytes_add(text, " ", 1);
        bytes_add_word(text, source_stream_of(options->path).length ? "-" : options->path);
    }
    for (enum dataset_table part = 0; part < DATASET_TABLES; part++) {
        if (options->files[part])
            add_file(text, part, options->files[part]);
        for (size_t i = 0; i < options->further_count; i++)
            if (options->further[i].part == part)
                add_file(text, part, options->further[i].path);
    }
    for (size_t i = 0; i < options->join_count; i++)
        add_option(text, "join", options->joins[i]);
}

/* -- what the user said ------------------------------------------------------------------------ */

/* Whether the option can be about that table: there is a file, and it is written as text if the
 * option is about that. */
static bool applies(const struct import_options *options, const struct import_plan *plan,
                    enum dataset_table part, const char *name)
{
    static const char of_text[] = " format separator encoding header quote comment ";
    char *word = memory_format(" %s ", name);
    const char *path = options->files[part];
    bool table = path && source_stream_of(path).what;
    bool good = plan->tables[part].file && !(table && strstr(of_text, word));
    free(word);
    return good;
}

/* The values of the option for single tables, but for those that `common` (may be NULL) says. */
static void add_of_tables(struct bytes *text, const struct import_options *options,
                          const struct import_plan *plan, const char *name, const char *common)
{
    bool columns = strcmp(name, "columns") == 0;
    for (enum dataset_table part = 0; part < DATASET_TABLES; part++) {
        const char *value = import_option_value(&options->of[part], name);
        if (!value || !applies(options, plan, part, name) || (common && strcmp(value, common) == 0))
            continue;
        const char *table = dataset_parts[part];
        char *option = columns ? memory_format("%s-columns", table) : memory_string(name);
        char *whole = columns ? memory_string(value) : memory_format("%s:%s", table, value);
        add_option(text, option, whole);
        free(whole);
        free(option);
    }
}

static void add_file_option(struct bytes *text, const struct import_options *options,
                            const struct import_plan *plan, const char *name)
{
    const char *common = import_option_value(&options->common, name);
    if (common)
        add_option(text, name, common);
    add_of_tables(text, options, plan, name, common);
    for (size_t i = 0; i < options->setting_count; i++)
        if (strcmp(options->settings[i].option, name) == 0)
            add_option(text, name, options->settings[i].value);
}

/* -- what thaw decided ------------------------------------------------------------------------- */

/* Bytes of an option that say what it is about: its name, and that of a table. */
static size_t subject_length(const char *option)
{
    size_t length = strcspn(option, " ");
    size_t word = option[length] ? length + 1 + (option[length + 1] == '\'') : length;
    return import_option_part(option + word, NULL) ? word + strcspn(option + word, ":") : length;
}

/* Whether a later decision is about the same. */
static bool is_overruled(const struct decisions *decisions, size_t place)
{
    const struct decision *decision = &decisions->list[place];
    size_t length = subject_length(decision->option);
    for (size_t i = place + 1; i < decisions->count; i++) {
        const struct decision *later = &decisions->list[i];
        if (*later->option && strcmp(later->file, decision->file) == 0 &&
            subject_length(later->option) == length &&
            strncmp(later->option, decision->option, length) == 0)
            return true;
    }
    return false;
}

/* Decimal points are found for each column, and the option is about all of them; a file that --join
 * names is one that the folder does not bring along. Both are found again without the option. */
static bool is_found_again(const struct decision *decision)
{
    static const char *const options[] = {"--decimal ", "--join "};
    return strncmp(decision->option, options[0], strlen(options[0])) == 0 ||
           strncmp(decision->option, options[1], strlen(options[1])) == 0;
}

char *repeat_command(const struct import_options *options, const struct import_plan *plan)
{
    struct bytes text = {0};
    bytes_add(&text, "thaw import", strlen("thaw import"));
    add_sources(&text, options);
#define X(field, option) add_file_option(&text, options, plan, option);
    FILE_OPTIONS(X)
#undef X
    for (size_t i = 0; i < plan->decisions.count; i++) {
        const struct decision *decision = &plan->decisions.list[i];
        if (*decision->option && !decision->given && !is_found_again(decision) &&
            !is_overruled(&plan->decisions, i))
            bytes_add_format(&text, " %s", decision->option);
    }
    if (options->keep_going)
        bytes_add_format(&text, " --keep-going");
    bytes_add(&text, "", 1);
    return (char *)text.data;
}
