/* SPDX-License-Identifier: MIT
 *
 * Writes completions of `thaw` for bash, zsh and fish from the rows of the registry. Commands and
 * options are in the script. Names of data sets, runs and words of Lua are asked of thaw when they
 * are completed.
 */
#include "config.h"

#include <string.h>

#include "command/registry.h"
#include "manual_page.h"

/* What is completed for an argument: name, and the command that lists the words. */
#define COMPLETED(X)                                                                               \
    X(NOTHING, "nothing", "")                                                                      \
    X(FILES, "files", "")                                                                          \
    X(DATA, "data", "thaw sql 'SELECT name FROM thaw_datasets' --format tsv")                      \
    X(RUNS, "runs",                                                                                \
      "thaw sql 'SELECT DISTINCT execution FROM thaw_runs UNION ALL SELECT DISTINCT execution "    \
      "|| \"/\" || arm FROM thaw_runs' --format tsv")                                              \
    X(WORDS, "words", "thaw help --words 2>/dev/null | sed 's/ .*//'")

enum completed {
#define X(name, word, list) COMPLETED_##name,
    COMPLETED(X)
#undef X
};

static const char *const words[] = {
#define X(name, word, list) word,
    COMPLETED(X)
#undef X
};

/* By the argument as it stands in the help: "[RUN...]", "NAME", "FILE". */
static enum completed completed_of(const char *argument)
{
    static const struct {
        const char *argument;
        enum completed completed;
    } KNOWN[] = {{"FILE", COMPLETED_FILES}, {"PATH", COMPLETED_FILES}, {"FOLDER", COMPLETED_FILES},
                 {"PAGE", COMPLETED_FILES}, {"NAME", COMPLETED_DATA},  {"OLD", COMPLETED_DATA},
                 {"A ", COMPLETED_DATA},    {"RUN", COMPLETED_RUNS},   {"NUMBER", COMPLETED_RUNS},
                 {"WORD", COMPLETED_WORDS}};
    argument += *argument == '[';
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strncmp(argument, KNOWN[i].argument, strlen(KNOWN[i].argument)) == 0)
            return KNOWN[i].completed;
    return COMPLETED_NOTHING;
}

/* Of the options with a NAME only --data and those of a command that makes a set name one. */
static enum completed completed_of_option(const struct command_option *option)
{
    enum completed completed = completed_of(option->argument);
    return completed == COMPLETED_DATA && strcmp(option->name, "data") != 0 ? COMPLETED_NOTHING
                                                                            : completed;
}

/* Prints text between single quotes. `closed` replaces a quote, and `escaped` get a backslash. */
static void put_quoted(struct output *output, const char *text, const char *closed,
                       const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            output_print(output, "%s", closed);
        else
            output_print(output, "%s%c", strchr(escaped, *text) ? "\\" : "", *text);
    }
}

/* -- bash -------------------------------------------------------------------------------------- */

static const char BASH_END[] =
    "    case \" $values \" in\n"
    "    *\" $previous \"*) kind=${value_kinds[$previous]:-nothing} ;;\n"
    "    *)  [[ $current == -* ]] && kind=options ;;\n"
    "    esac\n"
    "    case $kind in\n"
    "    options) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
    "    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
    "    nothing) ;;\n"
    "    *)  COMPREPLY=($(compgen -W \"$(_thaw_list $kind)\" -- \"$current\")) ;;\n"
    "    esac\n"
    "    [[ -z $subcommands ]] ||\n"
    "        COMPREPLY+=($(compgen -W \"$subcommands\" -- \"$current\"))\n"
    "}\n"
    "complete -F _thaw thaw\n";

static void put_bash_options(struct output *output, enum command_id id)
{
    const struct command_option *option;
    output_print(output, "options=\"");
    for (size_t i = 0; (option = command_option_at(id, i)); i++)
        output_print(output, "%s--%s", i ? " " : "", option->name);
    output_print(output, "\" values=\"");
    for (size_t i = 0; (option = command_option_at(id, i)); i++)
        if (*option->argument)
            output_print(output, " --%s", option->name);
    output_print(output, "\" value_kinds=(");
    for (size_t i = 0; (option = command_option_at(id, i)); i++)
        if (completed_of_option(option) != COMPLETED_NOTHING)
            output_print(output, " [--%s]=%s", option->name, words[completed_of_option(option)]);
    output_print(output, ")");
}

/* Prints the words of all commands that begin with `first` and a blank, or with "" the first words
 * of all. */
static void put_command_words(struct output *output, const char *first)
{
    size_t length = strlen(first), count = 0;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        const char *blank = strchr(command->words, ' ');
        if (command->group == GROUP_HIDDEN)
            continue;
        if (!length && !blank)
            output_print(output, "%s%s", count++ ? " " : "", command->words);
        else if (length && blank && (size_t)(blank - command->words) == length &&
                 strncmp(command->words, first, length) == 0)
            output_print(output, "%s%s", count++ ? " " : "", blank + 1);
    }
}

static void put_list_function(struct output *output)
{
    static const char *const lists[] = {
#define X(name, word, list) list,
        COMPLETED(X)
#undef X
    };
    output_print(output, "_thaw_list() {\n    case $1 in\n");
    for (size_t i = COMPLETED_DATA; i < sizeof lists / sizeof *lists; i++) {
        bool tsv = strstr(lists[i], "tsv") != NULL;
        output_print(output, "    %s) %s 2>/dev/null%s ;;\n", words[i], lists[i],
                     tsv ? " | sed 1d" : "");
    }
    output_print(output, "    esac\n}\n\n");
}

static void put_bash(struct output *output)
{
    output_print(output, "# Completions of thaw for bash. Made by thaw help --completion bash\n\n");
    put_list_function(output);
    output_print(output, "_thaw() {\n"
                         "    local current=${COMP_WORDS[COMP_CWORD]}\n"
                         "    local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                         "    local command= options= values= subcommands= kind=nothing word i\n"
                         "    local -A value_kinds=()\n"
                         "    COMPREPLY=()\n"
                         "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                         "        word=${COMP_WORDS[i]}\n"
                         "        case \"$command:$word\" in\n        *:-*) ;;\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const char *blank = strchr(command_at(id)->words, ' ');
        if (command_at(id)->group == GROUP_HIDDEN)
            continue;
        output_print(output, "        %.*s:%s) command=\"%s\" ;;\n",
                     blank ? (int)(blank - command_at(id)->words) : 0, command_at(id)->words,
                     blank ? blank + 1 : command_at(id)->words, command_at(id)->words);
    }
    output_print(output, "        esac\n    done\n    case $command in\n    \"\") ");
    put_bash_options(output, COMMAND_COUNT);
    output_print(output, " subcommands=\"");
    put_command_words(output, "");
    output_print(output, "\" ;;\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        if (command->group == GROUP_HIDDEN)
            continue;
        output_print(output, "    \"%s\") kind=%s ", command->words,
                     words[completed_of(command->arguments)]);
        put_bash_options(output, id);
        if (!strchr(command->words, ' ')) {
            output_print(output, "\n        [[ $previous == %s ]] && subcommands=\"",
                         command->words);
            put_command_words(output, id == COMMAND_HELP ? "" : command->words);
            output_print(output, "\"");
        }
        output_print(output, " ;;\n");
    }
    output_print(output, "    esac\n%s", BASH_END);
}

/* -- zsh --------------------------------------------------------------------------------------- */

static const char ZSH_END[] = "    local -a names\n"
                              "    case $kind in\n"
                              "    files) arguments+=('*:file:_files') ;;\n"
                              "    nothing) arguments+=('*: :') ;;\n"
                              "    *)  names=(${(f)\"$(_thaw_list $kind)\"} $subcommands)\n"
                              "        arguments+=('*:'$kind':compadd -a names') ;;\n"
                              "    esac\n"
                              "    _arguments -s $arguments\n"
                              "}\n"
                              "_thaw \"$@\"\n";

static void put_zsh_option(struct output *output, const struct command_option *option)
{
    enum completed completed = completed_of_option(option);
    output_print(output, "        '--%s%s[", option->name, *option->argument ? "=" : "");
    put_quoted(output, option->help, "'\\''", "[]:\\");
    output_print(output, "]");
    if (*option->argument) {
        output_print(output, ":");
        put_quoted(output, option->argument, "'\\''", ":\\[]");
        output_print(output, ":%s",
                     completed == COMPLETED_FILES  ? "_files"
                     : completed == COMPLETED_DATA ? "compadd -- ${(f)\"$(_thaw_list data)\"}"
                                                   : "");
    }
    output_print(output, "'\n");
}

static void put_zsh_options(struct output *output, enum command_id id)
{
    const struct command_option *option;
    output_print(output, "arguments=(\n");
    for (size_t i = 0; (option = command_option_at(id, i)); i++)
        put_zsh_option(output, option);
    output_print(output, "        )");
}

static void put_zsh(struct output *output)
{
    output_print(output, "#compdef thaw\n# Completions of thaw for zsh. Made by thaw help "
                         "--completion zsh\n\n");
    put_list_function(output);
    output_print(output, "_thaw() {\n    local command=$words[2] kind=nothing\n"
                         "    local -a arguments commands subcommands\n"
                         "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
                         "        commands=(\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        if (command->group == GROUP_HIDDEN || strchr(command->words, ' '))
            continue;
        output_print(output, "        '%s:", command->words);
        put_quoted(output, command->help, "'\\''", ":\\");
        output_print(output, "'\n");
    }
    output_print(output, "        )\n        _describe command commands\n        return\n    fi\n"
                         "    case \"$words[2] $words[3]\" in\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        if (command->group == GROUP_HIDDEN)
            continue;
        output_print(output, "    \"%s\"%s) kind=%s ", command->words,
                     strchr(command->words, ' ') ? "" : "\\ *",
                     words[completed_of(command->arguments)]);
        put_zsh_options(output, id);
        output_print(output, "\n        (( CURRENT == 3 )) && subcommands=(");
        put_command_words(output, command->words);
        output_print(output, ") ;;\n");
    }
    output_print(output, "    *) ");
    put_zsh_options(output, COMMAND_COUNT);
    output_print(output, " ;;\n    esac\n%s", ZSH_END);
}

/* -- fish -------------------------------------------------------------------------------------- */

static void put_fish_option(struct output *output, const char *command,
                            const struct command_option *option)
{
    enum completed completed = completed_of_option(option);
    output_print(output, "complete -c thaw -n '__thaw_is %s' -l %s", command, option->name);
    if (option->letter)
        output_print(output, " -s %c", option->letter);
    if (*option->argument)
        output_print(output, completed == COMPLETED_FILES ? " -r -F" : " -x");
    if (completed == COMPLETED_DATA)
        output_print(output, " -a '(__thaw_list data)'");
    output_print(output, " -d '");
    put_quoted(output, option->help, "\\'", "\\");
    output_print(output, "'\n");
}

static void put_fish_functions(struct output *output)
{
    output_print(output, "# Completions of thaw for fish. Made by thaw help --completion fish\n\n"
                         "function __thaw_command\n"
                         "    set -l words (string match -v -- '-*' (commandline -opc))\n"
                         "    switch \"$words[2] $words[3]\"\n        case ");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (strchr(command_at(id)->words, ' '))
            output_print(output, "'%s' ", command_at(id)->words);
    output_print(output, "\n            echo \"$words[2] $words[3]\"\n        case '*'\n"
                         "            echo \"$words[2]\"\n    end\nend\n\n"
                         "function __thaw_is\n"
                         "    test \"x\"(__thaw_command) = \"x$argv\"\nend\n\n"
                         "function __thaw_list\n    switch $argv[1]\n");
#define X(name, word, list)                                                                        \
    if (*(list))                                                                                   \
        output_print(output, "        case %s\n            %s 2>/dev/null%s\n", word, list,        \
                     strstr(list, "tsv") ? " | sed 1d" : "");
    COMPLETED(X)
#undef X
    output_print(output, "    end\nend\n\n");
}

static void put_fish(struct output *output)
{
    const struct command_option *option;
    put_fish_functions(output);
    output_print(output, "complete -c thaw -f\n");
    for (size_t i = 0; (option = command_option_at(COMMAND_COUNT, i)); i++)
        put_fish_option(output, "", option);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        const char *blank = strchr(command->words, ' ');
        enum completed completed = completed_of(command->arguments);
        if (command->group == GROUP_HIDDEN)
            continue;
        output_print(output, "complete -c thaw -n '__thaw_is %.*s' -a %s -d '",
                     blank ? (int)(blank - command->words) : 0, command->words,
                     blank ? blank + 1 : command->words);
        put_quoted(output, command->help, "\\'", "\\");
        output_print(output, "'\n");
        if (completed == COMPLETED_FILES)
            output_print(output, "complete -c thaw -n '__thaw_is %s' -F\n", command->words);
        else if (completed != COMPLETED_NOTHING)
            output_print(output, "complete -c thaw -n '__thaw_is %s' -a '(__thaw_list %s)'\n",
                         command->words, words[completed]);
        for (size_t i = 0; (option = command_option_at(id, i)); i++)
            put_fish_option(output, command->words, option);
    }
}

bool completion_script(struct output *output, const char *shell)
{
    static const struct {
        const char *shell;
        void (*put)(struct output *output);
    } SHELLS[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};
    for (size_t i = 0; i < sizeof SHELLS / sizeof *SHELLS; i++)
        if (strcmp(SHELLS[i].shell, shell) == 0) {
            SHELLS[i].put(output);
            return true;
        }
    return false;
}
