/* SPDX-License-Identifier: MIT
 *
 * The inside of a script host. It has one lane more than there are threads. The last one declares:
 * the thread that makes recommenders uses it, so that no two threads ever use the same lane.
 */
#ifndef SCRIPT_SCRIPT_HOST_H
#define SCRIPT_SCRIPT_HOST_H

#include <pthread.h>

#include "company.h"
#include "lane.h"
#include "script/script.h"

struct script_watch {
    struct sandbox_watch *lanes;
    uint32_t count;
};

struct script_host {
    struct script_limits limits;
    struct chunk *chunks; /* the script, its modules, the library */
    size_t chunk_count;
    char *text, *modules, *path, *settings; /* copies, owned */
    struct lane *lanes;                     /* lane_count lanes, then the declaring lane */
    uint32_t lane_count;
    struct experiment experiment;
    atomic_bool cancelled;
    struct inner_plain *plains; /* used by learners; newest first (lua_plain.c) */
    pthread_mutex_t plain_lock; /* guards `plains` and its elements until they are fitted */
    struct company company;
    pthread_mutex_t printing; /* guards calls of `print` */
    void (*print)(void *context, const char *line);
    void *print_context;
};

struct script_print {
    void (*line)(void *context, const char *line); /* may be NULL */
    void *context;
};

/* script_host_new, with the function that loads the script in each lane, which is its argument. */
struct script_host *script_host_load(const struct script_source *source, uint32_t lanes,
                                     const struct script_limits *limits, struct script_print print,
                                     lua_CFunction function, struct error *error);
/* What such a function begins with: values and rows, and the functions of thaw.entry. */
void script_open_library(lua_State *L);

/* Afterwards only the caller computes, until company_leave_alone, and no lane holds memory of a
 * shard. */
void script_host_clear_all(struct script_host *host);
struct lane *script_host_declaring(const struct script_host *host);

/* Keys of a lane's registry: the functions of thaw.entry, and the plain tables of the
 * experiment. */
extern const char SCRIPT_ENTRY, SCRIPT_EXPERIMENT;
/* Pushes entry[name]. */
void script_push_entry(lua_State *L, const char *name);
/* Pushes arms[number], as script_read_experiment left it. Numbers from arm_count on are trials. */
void script_push_arm(lua_State *L, size_t number);

/* Fields of a plain table. They raise an error if the field has a wrong type. */
double field_number(lua_State *L, int index, const char *name);
lua_Integer field_integer(lua_State *L, int index, const char *name);
/* A whole number from `least` to `most`. */
uint32_t field_whole(lua_State *L, int index, const char *name, uint32_t least, uint32_t most);
bool field_flag(lua_State *L, int index, const char *name);
/* The index of a name among `count` names; -1 if it is not there. */
int field_choice(const char *const *names, int count, const char *name);
/* "" if the field is missing. Valid as long as the table holds it. */
const char *field_text(lua_State *L, int index, const char *name);

/* Pushes a sorted list of the keys of a table. */
void script_push_names(lua_State *L, int index);
/* Replaces the list of names on top with a hint for a word that is not in it: "did you mean
 * 'hidden'?", or the names that exist. */
void script_push_suggestion(lua_State *L, const char *word);

/* The index of an optional argument among `names`, which end in NULL. If it is none of them, raises
 * an error that begins with the method's name and ends with the hint. */
int script_choice(lua_State *L, int index, const char *method, const char *otherwise,
                  const char *const names[]);

/* Sets the digests of the experiment's metrics (metric_call.c). */
bool script_probe_metrics(struct script_host *host, struct error *error);

/* Reads the plain tables on top of the stack into the experiment (experiment.c). */
void script_read_experiment(lua_State *L, struct experiment *experiment);
void experiment_release(struct experiment *experiment);

/* Reads the kind and options of a plain arm from the table on top of the stack, which thaw.plain's
 * `table` made. Raises if there is no such kind. */
void script_read_baseline(lua_State *L, enum baseline_kind *kind, struct baseline_options *options);

/* The options with no more iterations than the host's limits allow. */
struct baseline_options script_plain_options(const struct script_host *host,
                                             const struct baseline_options *options);
/* Takes from the host's budget what a plain arm needs during its fit. */
bool script_plain_charge(struct script_host *host, enum baseline_kind kind,
                         const struct baseline_options *options, const struct dataset *dataset,
                         uint64_t *bytes, struct error *error);
/* Fits those plain arms of learners that are not fitted yet. Called before Lua, because a fit may
 * take longer than a call of Lua may. Any thread. */
bool script_plain_fit(struct script_host *host, struct error *error);
void script_plain_release(struct script_host *host);

/* Adds `host`, whose functions only our own Lua can see. */
void script_add_host(lua_State *L);

#endif
