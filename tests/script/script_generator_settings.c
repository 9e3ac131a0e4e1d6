/* SPDX-License-Identifier: MIT
 *
 * Random settings: existing and other paths, with values of every kind.
 */
#include "config.h"

#include "script_generator.h"
#include "script_writer.h"

static void write_path(struct writer *writer)
{
    static const char *const paths[] = {"seeds",
                                        "baseline",
                                        "answer",
                                        "matters",
                                        "name",
                                        "data",
                                        "search.trials",
                                        "search.rungs",
                                        "tasks.query",
                                        "tasks.min",
                                        "tasks.shots",
                                        "tasks.draws",
                                        "tasks.cold.users",
                                        "tasks.cold.by",
                                        "epochs",
                                        "lr",
                                        "steps",
                                        "hidden",
                                        "embed",
                                        "lambda",
                                        "batch",
                                        "loss",
                                        "arms.arm1.learner.lr",
                                        "arms.arm1.learner.epochs",
                                        "arms.arm1.model.hidden",
                                        "arms.arm2.model.embed",
                                        "arms.arm1.learner.members.2.lr",
                                        "arms.arm1.learner.student.lr",
                                        "arms.bias.item_shrink",
                                        "arms.arm1",
                                        "arms",
                                        "tasks",
                                        "search",
                                        "mapping",
                                        "arms.arm1.learner",
                                        "arms.nobody.learner.lr",
                                        "arms.arm1.learner.loss.x.y",
                                        "arms.arm1.learner.members.-1.lr",
                                        "arms.arm1.model.spec.name",
                                        ".",
                                        "..",
                                        "",
                                        "arms..lr",
                                        "seeds.1",
                                        "prior_shrink",
                                        "mapping.item",
                                        "options",
                                        "spec.kind"};
    write_format(writer, "%s", choose_of(writer, paths));
}

static void write_value(struct writer *writer)
{
    static const char *const values[] = {
        "1",          "3",       "0",       "-1",       "0.5",        "1e99",
        "nan",        "inf",     "0x10",    "true",     "false",      "x",
        "bias",       "\"\"",    "'a'",     "{}",       "{1,2}",      "{64}",
        "{,}",        "{1,x}",   "{{1}}",   "raw",      "best_plain", "9223372036854775808",
        "4294967297", "random",  "\x1b[2J", "\xc3\xa9", "all",        "{0,all}",
        "time",       "ordinal", "adam",    " 5 ",      "5=6"};
    write_format(writer, "%s", choose_of(writer, values));
}

char *generated_settings(uint64_t seed, uint32_t number)
{
    struct writer writer = {.random = random_at(seed, RANDOM_GENERATOR, number, 1)};
    uint32_t lines = chance(&writer, 25) ? 1 + choose(&writer, 3) : 0;
    for (uint32_t i = 0; i < lines; i++) {
        write_path(&writer);
        write_format(&writer, chance(&writer, 97) ? "=" : "");
        write_value(&writer);
        write_format(&writer, "\n");
    }
    bytes_add_u8(&writer.text, '\0');
    return (char *)writer.text.data;
}
