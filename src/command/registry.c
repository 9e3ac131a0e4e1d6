/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/registry.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"

/* The longer help: a description, then examples indented by two spaces. */
static const char *const texts[COMMAND_COUNT] = {
    [COMMAND_SCREEN] =
        "Opens the workbench: data sets, experiments, their training as it happens, and\n"
        "the comparison of their arms. `?` lists the keys of a page, `:` takes any\n"
        "command. Leaving it, or losing the connection, never stops what trains.\n"
        "Nothing needs a mouse. A click chooses a row, goes to a tab or a table, sorts by\n"
        "a title or presses a key of the foot, two are Enter, the wheel moves. With Shift\n"
        "a terminal selects text as always; --no-mouse and :mouse off leave the mouse to\n"
        "it, :mouse on takes it.\n",
    [COMMAND_DEMO] =
        "Imports the bundled synthetic data if it is missing, starts the bundled\n"
        "experiment, and opens the workbench on it. If the output is not a terminal, it\n"
        "prints progress lines and ends with the comparison.\n",
    [COMMAND_IMPORT] =
        "Reads folders as they are downloaded (MovieLens, RecBole, Amazon, Last.fm,\n"
        "Steam, Yelp ...), JSON, tables of SQLite files, and any file of columns. What is\n"
        "not said is decided by the first rows: --dry-run shows all decisions, why they\n"
        "were made, the rivals passed over, and the command that decides the same.\n"
        "Options about a file are about all files, or about one: --separator 'items:|',\n"
        "--encoding tags.csv:UTF-8.\n"
        "--user, --item, --rating and --time are columns of the ratings; --user users:NO\n"
        "is one of users. An import is all or nothing: a bad row ends it with file and\n"
        "line, and the workbench stays unchanged. Packed files (gzip, bzip2, xz, zstd)\n"
        "and archives (ZIP, 7-Zip, tar) are read as they are; a path goes on in an\n"
        "archive as if it were a folder. - is standard input. --table reads a table, a\n"
        "view or a SELECT of an SQLite file; without it, the tables are listed. What no\n"
        "format fits, a page of Lua reads (--reader): it makes rows of each line, block\n"
        "or record. Several --ratings are parts of one table. Several --users or --items\n"
        "are joined by their ids; many rows of an id become lists. --join adds a file,\n"
        "and may say by which columns.\n"
        "\n"
        "  thaw import ml-100k\n"
        "  thaw import plays.tsv --dry-run\n"
        "  thaw import shop.db --table 'SELECT who, what, stars FROM votes'\n"
        "  thaw import ml-latest-small.zip\n"
        "  thaw import web.log.gz --reader web_log.lua --name views --repeats count\n"
        "  thaw import --ratings ml.zip/ml/ratings.csv --items films.csv.gz --name films\n"
        "  sort plays.tsv | thaw import - --name plays --ratings-columns user,item\n"
        "  thaw import my.csv --name mine --ratings-columns user,item,rating,timestamp\n"
        "  thaw import --ratings r.csv --users u.dat --items i.dat --name films\n"
        "  thaw import 2019.csv 2020.csv --items i.csv --items more.csv --name shop\n"
        "  thaw import ml-latest-small --join tags.csv --join links.csv\n"
        "  thaw import shop --join sorts.csv:code=items.sort\n",
    [COMMAND_DATA_REMOVE] =
        "Deletes the data set and its tables. Runs on it and their comparisons stay, but\n"
        "show no single user and recommend nothing any more, and what was stopped cannot\n"
        "be resumed, until the same data is there again under that name. Sets made of it\n"
        "stay too. The file it came from is not touched.\n",
    [COMMAND_DATA_RENAME] =
        "The tables get the new name. Executions on the set follow: `thaw runs` and\n"
        "`thaw compare` show them under its new name, and what was stopped can go on.\n"
        "A script that names the old set needs --data NEW from now on.\n"
        "\n"
        "  thaw data rename ml_1m films\n",
    [COMMAND_DATA_FILTER] =
        "Makes a set of the ratings that fit, in their order, and of the descriptions of\n"
        "the users and items that have one. Steps are done in this order: --where; --from\n"
        "and --to, days included; --most, for each user, by time and then by row; --core,\n"
        "which takes users and items with fewer than K ratings away until none is left.\n"
        "\n"
        "The condition is SQL on a rating. It names columns of ratings, users and items,\n"
        "or users.age where two tables have the name; subqueries may read these three\n"
        "tables. Functions that give another value each time are refused.\n"
        "How the set was made, and the digest of the set it was made of, are its notes.\n"
        "\n"
        "  thaw data filter ml_1m --where 'rating >= 4 AND year > 1990' --name liked\n"
        "  thaw data filter ml_100k --from 1998-01-01 --core 5 --name late\n"
        "  thaw data filter ml_1m --most 20 --which random --seed 7 --name few\n"
        "  thaw data filter ml_1m --name hits --where 'item IN (SELECT item FROM ratings\n"
        "      GROUP BY item HAVING count(*) >= 100)'\n",
    [COMMAND_DATA_SAMPLE] =
        "Makes a set of all ratings of N users, or of N ratings, chosen by chance. The\n"
        "same set and seed give the same sample, and a larger sample of users contains a\n"
        "smaller one.\n"
        "\n"
        "  thaw data sample ml_1m --users 500 --name small\n"
        "  thaw data sample ml_1m --ratings 100000 --seed 2 --name tenth\n",
    [COMMAND_DATA_MERGE] =
        "Makes a set of the ratings of A, then those of B. Ids that are equal are the\n"
        "same user or item. Columns with the same meaning or name become one, of a type\n"
        "that holds both. If both describe a user or item, cells are those of A, and B\n"
        "fills in what A lacks. Of a pair that both have rated, the later rating counts.\n"
        "\n"
        "Sets of different sources number their users and items as they like. --items-by\n"
        "is SQL on the description of an item: two are the same if it has the same value,\n"
        "which one item of A and one of B have. Values that several have, NULL and empty\n"
        "texts merge nothing. Other ids of B get the name of B before them, as B:17.\n"
        "--users-by does so for users; with NULL nobody is the same. Given twice, the\n"
        "first is about A, the second about B. What was merged and what was ambiguous is\n"
        "counted, also by ids. Ratings stay as they are, whatever their scales.\n"
        "--source adds a column with A or B, for the split of a script, a filter or a\n"
        "mapping. A set that was merged so itself keeps what it has in that column.\n"
        "\n"
        "  thaw data merge first_year second_year --name both\n"
        "  thaw data merge ml_1m ml_latest --users-by NULL --items-by 'lower(title)'\n"
        "      --source domain --name films\n"
        "  thaw data merge books films --items-by NULL --source domain --name shop\n",
    [COMMAND_DATA] =
        "Without a name: every data set with its size. With a name: sizes, density, how\n"
        "ratings are spread over values, users and items, and what is in each column; of\n"
        "tables with more than 200,000 rows, the last two only with --whole. --plan: what\n"
        "the import decided and why, the rows it left out, and a command that makes the\n"
        "same set again.\n"
        "With --shape: what makes it hard to recommend from. That is the long tail of\n"
        "items, activity of users, cold start, time line and drift, repeats, how many\n"
        "users and items are described, and a warning for whatever is unusual.\n"
        "\n"
        "--digest computes the SHA-256 over all ids, ratings and attributes. Sets with\n"
        "the same digest have the same data, whatever they are called.\n"
        "\n"
        "  thaw data ml_100k\n"
        "  thaw data ml_100k --shape\n"
        "  thaw data ml_100k --digest\n",
    [COMMAND_EXPORT] =
        "Writes ratings, users and items to a folder, and prints the import of it that\n"
        "gives the same set, with the same digest: types, missing cells, ids with blanks\n"
        "and leading zeros, texts with commas, quotes and line ends. It has options where\n"
        "an import would take a column for another, or count repeats otherwise. Columns\n"
        "keep the names of their source; columns.csv declares types that values do not\n"
        "tell, as after a filter. The folder appears when all of it is on the disk.\n"
        "RecBole's files hold no tabs and line ends within texts; a table of one column\n"
        "needs jsonl. An empty text that is not missing, which no import makes, is\n"
        "missing after an import.\n"
        "\n"
        "  thaw export ml_1m\n"
        "  thaw export ml_1m --format recbole --to recbole/ml_1m\n",
    [COMMAND_SQL] =
        "Runs a SELECT over the tables of the workbench: NAME_ratings, NAME_users and\n"
        "NAME_items of each data set, with the columns that `thaw data NAME` lists, and\n"
        "thaw's own. It only reads: a SELECT, VALUES, or EXPLAIN of one. All else is\n"
        "refused, and so is a function that is not known to be harmless. Values of more\n"
        "than 16 MiB end it, as --patience and Ctrl-C do. A mistake is shown with its\n"
        "place. A table shows six digits and the first 1000 rows; a format has all rows\n"
        "and digits, and texts as they are, but for tsv, where blanks stand for tabs and\n"
        "line ends. In the workbench, `:sql SELECT ...` opens the result as a page.\n"
        "\n"
        "  thaw sql 'SELECT rating, count(*) FROM ml_1m_ratings GROUP BY rating'\n"
        "  thaw sql 'SELECT * FROM ml_1m_users' --format csv > users.csv\n"
        "  thaw sql 'SELECT title FROM ml_1m_items' --format markdown\n",
    [COMMAND_CHECK] =
        "Loads the script, computes one step of every arm and says what it would do, or\n"
        "where it fails: file, line, the line itself and what was expected. Nothing is\n"
        "stored. With --sample it looks at about 10,000 ratings of up to 200 users, and\n"
        "shows what the mapping makes of the first rows; the Scripts page does so each\n"
        "time that the file is saved.\n",
    [COMMAND_MAP] =
        "Shows the row of a user, an item or a rating as the data set has it, and beside\n"
        "it each field that the script's mapping makes of it: the value or bucket, the\n"
        "words of a bag, or the scaled numbers. What training rows do not know is\n"
        "`unknown`. With --run, a field that attends to its words shows the share of\n"
        "each as that run has learned it, the largest first. Nothing is stored.\n"
        "\n"
        "With --nearest it lists the nearest users, items or words: as they are mapped,\n"
        "or with --run as a run has learned them. With --picture it draws all of them,\n"
        "so that near points are alike: along the two directions in which they vary most\n"
        "(pca), or as neighbours keep together (tsne, some seconds). More than 5,000\n"
        "points, or 2,000 by tsne, are a random sample, always the same. Every field\n"
        "counts alike; distances are by angle (1 - cosine), or by length where numbers\n"
        "are. In the workbench, m on Scripts draws it with a cursor.\n"
        "\n"
        "  thaw map mine.lua --user 42\n"
        "  thaw map mine.lua --item 'Toy Story' --run 3/ridge/1\n"
        "  thaw map mine.lua --item 'Toy Story' --nearest 10\n"
        "  thaw map mine.lua --word Animation --run 3/maml/1\n"
        "  thaw map mine.lua --picture items --method tsne --by genre --svg films.svg\n",
    [COMMAND_TASKS] =
        "Makes the tasks of an experiment without training: how many there are in each\n"
        "scenario, how many rows they have, how many are asked at each number of shots,\n"
        "and what becomes of every user and every row of the ratings. Then it counts, in\n"
        "the tasks as arms get them, what must not overlap; if anything does, it says so\n"
        "and fails. --user (--item, --key), --scenario, --part and --draw open one task:\n"
        "its support in the order in which it is shown, and its query. Nothing is stored.\n"
        "\n"
        "  thaw tasks mine.lua\n"
        "  thaw tasks mine.lua --user 42 --scenario user-cold --draw 2\n"
        "  thaw tasks mine.lua --set tasks.min=20\n",
    [COMMAND_PARTS] =
        "Fits a plain arm that reads the mapped features with all fields, with none, and\n"
        "without each one, and shows how much larger the root mean squared error on the\n"
        "validation tasks is without it, in each scenario. Test tasks are not looked at,\n"
        "so fields may be chosen by this. content_mean reads what users and items are,\n"
        "each for itself; gaussian_item also what they are to each other, and takes\n"
        "longer. Both leave out identities and the context. Nothing is stored.\n"
        "\n"
        "  thaw parts mine.lua\n"
        "  thaw parts mine.lua --arm gaussian_item --shots 3\n",
    [COMMAND_CHECK_GRADIENT] =
        "For a learner or model of your own: moves single numbers of every parameter,\n"
        "computes the loss anew, and says where the outer gradient differs: parameter,\n"
        "row, column and both values. Learners that approximate by design, such as\n"
        "first-order MAML, are shown and not judged. It computes in double precision, on\n"
        "few users and on parameters moved a little away from their start. Nothing is\n"
        "stored.\n"
        "\n"
        "  thaw check-gradient mine.lua --set epochs=1\n",
    [COMMAND_RUN] =
        "Stores the script with its settings, trains every arm with every seed, tests\n"
        "them on the same held-out users and ends with the comparison. On a terminal its\n"
        "progress is drawn in place; elsewhere it is printed every few seconds. Ctrl-C\n"
        "checkpoints and stops; a second one leaves at once and lets it go on. With\n"
        "--json, progress goes to standard error and one object to standard output.\n"
        "If a script asks for more than --memory, it fails at the line that asks. The\n"
        "default is three quarters of the free memory; see `thaw info`.\n"
        "If the system refuses seccomp, which confines scripts, nothing runs unless\n"
        "--unjailed says that this script is trusted. Every resume keeps that choice.\n"
        "\n"
        "  thaw run lua/experiments/ml1m_cold.lua --threads 2 --memory 4G\n"
        "  thaw run mine.lua --data ml_100k --set epochs=5 --seed 7 --detach\n",
    [COMMAND_WATCH] =
        "Shows the progress of an experiment that was started elsewhere or detached, the\n"
        "newest one if none is named, and its comparison when it ends. Ctrl-C only\n"
        "ends the watching.\n",
    [COMMAND_PAUSE] = "The experiment keeps its memory and waits; `thaw continue` lets it go on.\n",
    [COMMAND_CONTINUE] = "Lets a paused experiment go on.\n",
    [COMMAND_STOP] =
        "Writes a checkpoint of every run and ends the experiment. `thaw resume` goes on\n"
        "later with the same result, bit for bit, as if it had not been stopped.\n",
    [COMMAND_RESUME] =
        "Goes on from the last checkpoints, with any number of threads: the result is the\n"
        "same bit for bit. Names are those of `thaw runs`; 3, 3/maml and 3/maml/1 all\n"
        "resume execution 3.\n",
    [COMMAND_RUNS_REMOVE] =
        "Deletes an execution: its runs, checkpoints, predictions and log. This cannot be\n"
        "undone.\n",
    [COMMAND_RUNS] =
        "A run is one arm with one seed; 3/maml/1 is arm maml with seed 1 of execution 3.\n"
        "`digest` in the JSON is a SHA-256 over weights, losses and predictions: equal\n"
        "digests are equal results, to the last bit.\n"
        "\n"
        "  thaw runs 3 --json\n",
    [COMMAND_TRIALS] =
        "What the search of an experiment, or of the newest that has one, has tried:\n"
        "every arm's trials, rung by rung, best first. Trial 0 has the script's own\n"
        "settings; a star marks the trial that the arm's runs use. The score is the mean\n"
        "log score on validation tasks. --json has the settings as --set takes them.\n"
        "\n"
        "  thaw run mine.lua --set search.trials=9\n"
        "  thaw trials 3\n",
    [COMMAND_LOG] =
        "What was started, what ended and why, what scripts printed; the last 20 lines,\n"
        "or as many as asked for.\n",
    [COMMAND_COMPARE] =
        "For each scenario and number of ratings shown, of the users who have so many:\n"
        "mean absolute error, root of the pooled mean squared error, log score and\n"
        "nDCG@5, and what each arm gains over an opponent, by default best_plain: the\n"
        "arm without learning that is best there on validation tasks. All arms answer\n"
        "through one shared last step, so that a gain is knowledge and not a choice of\n"
        "loss; --answer raw shows predictions as they are. An interval is of all chance:\n"
        "users, seeds and draws. Marks of a metric hold together at 95 %. A learner with\n"
        "one seed gets no mark: its interval is of that trained model.\n"
        "\n"
        "Names are executions, arms or runs: 3, 3/maml, 3/maml/1, or 3/maml/1,2,5-7 for\n"
        "some seeds as one arm. Nothing else is used, but for the plain arms that\n"
        "best_plain is chosen from. Without names, it takes the newest execution.\n"
        "--metric shows one metric alone, a built-in one or one that the script declares\n"
        "by thaw.metric: whom it counts, its intervals, and what would be marked.\n"
        "If truth is relevant or not, as with implicit targets, the table leads with AUC\n"
        "and nDCG@5; beside them are map, mrr, precision5, recall5 and hit5, and by\n"
        "--metric precision@10 any other cutoff. --relevant says it of ratings.\n"
        "--users lists who gains and who loses, --user shows one of them; if tasks are\n"
        "items, --users lists items and --item shows one.\n"
        "docs/COMPARISON.md has every formula.\n"
        "\n"
        "  thaw compare 3 --json\n"
        "  thaw compare 3/ridge 4/ridge --baseline 3/bias\n"
        "  thaw compare 3/ridge/4-6 --baseline 3/ridge/1-3\n"
        "  thaw compare --same 3 4\n"
        "  thaw compare 3 --metric ndcg5 --scenario user-cold\n"
        "  thaw compare 3 --relevant 4 --metric recall@10\n"
        "  thaw compare --users ridge --scenario item-cold\n"
        "  thaw compare --user 1021 --shots 5\n",
    [COMMAND_RECOMMEND] =
        "Adapts what a run has learned to the ratings given, as it did for test users,\n"
        "and ranks all other items of the data set by the rating it predicts. Items are\n"
        "named by their ids. Without --rate it is the ranking for a user who has rated\n"
        "nothing. A run is one arm with one seed. If an arm has several, the first is\n"
        "used.\n"
        "\n"
        "  thaw recommend 3/ridge --rate 260=5 --rate 1196=4\n"
        "  thaw recommend 3/maml/1 --rate 260=5 --top 20 --json\n"
        "  thaw recommend 3/ridge --rate 260=5 --repeat 1000\n",
    [COMMAND_WHY] =
        "Predicts one item for the ratings given, as recommend does, and says what each\n"
        "rating adds: the prediction with it, less the one with what the arm expected\n"
        "of somebody who has rated nothing. Both are asked of the arm itself, so it\n"
        "works for every arm. In closed forms, whose predictions are linear in the\n"
        "ratings, the parts add up to the prediction; elsewhere what is left stands in\n"
        "the line \"together\".\n"
        "\n"
        "  thaw why 3/ridge --item Alien --rate 1200=5 --rate 1=2\n",
    [COMMAND_DOCTOR] =
        "Looks at all of a workbench file: its header and pages, its tables, which rows\n"
        "belong to which, and whether tasks, predictions and checkpoints are what was\n"
        "written. One line for each fault says what it means and what is lost. Without\n"
        "FILE it looks at the workbench itself. It only reads the file, and may do so\n"
        "while an experiment runs. The exit status is 0 if all is whole, else 1.\n"
        "\n"
        "--save copies what is whole into a new file, row by row, around damaged pages;\n"
        "what it reports is left behind. A data set that lost ratings is called\n"
        "NAME_rest there. Nothing that the file might run is taken over.\n"
        "\n"
        "  thaw doctor\n"
        "  thaw doctor old.db --save new.db\n",
    [COMMAND_INFO] = "Prints paths and versions, for finding files and reporting faults.\n",
    [COMMAND_HELP] =
        "Explains thaw, one command with its options, or what a script can write: a\n"
        "constructor, a function, a method of values or rows, or an option, with types,\n"
        "ranges, defaults and an example. A name may stand without what is before its\n"
        "dot: bucket is map.bucket. In the workbench, K on Scripts explains the word.\n"
        "The manual pages, completions and annotations are made of the same rows, and\n"
        "are installed with thaw.\n"
        "\n"
        "  thaw help import\n"
        "  thaw help map.bucket\n"
        "  thaw help inner_lr\n"
        "  thaw help learn.maml --script > mine.lua\n"
        "  thaw help --completion bash > ~/.local/share/bash-completion/completions/thaw\n",
    [COMMAND_KEEPER] =
        "The one process that writes the workbench. Every command that needs it starts\n"
        "it, and it leaves when it has nothing to do.\n",
};

static const struct command commands[] = {
#define X(name, handler, words, group, arguments, help)                                            \
    {COMMAND_##name, words, GROUP_##group, arguments, help},
    COMMANDS(X)
#undef X
};

enum { COMMAND_ANY = COMMAND_COUNT };

static const struct {
    int command;
    struct command_option option;
} options[] = {
#define X(command, name, letter, argument, help)                                                   \
    {COMMAND_##command, {name, letter, argument, help}},
    COMMAND_OPTIONS(X)
#undef X
};

const struct command *command_at(enum command_id id)
{
    assert(id < COMMAND_COUNT);
    return &commands[id];
}

const char *command_text(enum command_id id)
{
    assert(id < COMMAND_COUNT);
    return texts[id];
}

const char *command_group_title(enum command_group group)
{
    static const char *const titles[] = {COMMAND_GROUPS(LIST_TEXT)};
    return titles[group];
}

const struct command *command_find(const char *const *words, size_t count, size_t *used)
{
    for (size_t i = 0; i < COMMAND_COUNT && count; i++) {
        const char *name = commands[i].words, *space = strchr(name, ' ');
        size_t first = space ? (size_t)(space - name) : strlen(name);
        if (strlen(words[0]) != first || memcmp(words[0], name, first) != 0)
            continue;
        if (space && (count < 2 || strcmp(words[1], space + 1) != 0))
            continue;
        *used = space ? 2 : 1;
        return &commands[i];
    }
    return NULL;
}

const struct command *command_of_line(const char *line)
{
    size_t first = strcspn(line, " "), second = line[first] ? strcspn(line + first + 1, " ") : 0;
    char one[32], two[32];
    snprintf(one, sizeof one, "%.*s", (int)first, line);
    snprintf(two, sizeof two, "%.*s", (int)second, line[first] ? line + first + 1 : "");
    size_t used;
    return command_find((const char *const[]){one, two}, 2, &used);
}

const struct command_option *command_option_at(enum command_id id, size_t index)
{
    const size_t count = sizeof options / sizeof *options;
    for (int own = 1; own >= 0; own--)
        for (size_t i = 0; i < count; i++)
            if ((options[i].command == COMMAND_ANY) == !own &&
                (!own || options[i].command == (int)id) && index-- == 0)
                return &options[i].option;
    return NULL;
}
