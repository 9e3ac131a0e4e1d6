/* SPDX-License-Identifier: MIT
 *
 * The inside of a script host: one lane more than there are threads. The last one declares: it is
 * used by the thread that makes recommenders, so that no lane is ever used by two.
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
    char *text, *modules, *path, *settings; /* copies */
    struct lane *lanes;                     /* lane_count, then the one that declares */
    uint32_t lane_count;
    struct experiment experiment;
    atomic_bool cancelled;
    struct inner_plain *plains; /* that learners hold, the last first (lua_plain.c) */
    pthread_mutex_t plain_lock; /* guards `plains` and what is in them until it is fitted */
    struct company company;
    pthread_mutex_t printing; /* guards the call of `print` */
    void (*print)(void *context, const char *line);
    void *print_context;
};

/* Nobody but the caller computes until company_leave_alone, and no lane holds memory of a shard. */
void script_host_clear_all(struct script_host *host);
struct lane *script_host_declaring(const struct script_host *host);

/* Keys of what a lane keeps in its registry: the functions of thaw.entry, and the plain tables of
 * the experiment. */
extern const char SCRIPT_ENTRY, SCRIPT_EXPERIMENT;
/* Pushes entry[name]. */
void script_push_entry(lua_State *L, const char *name);
/* Pushes arms[number], which script_read_experiment left; from arm_count on those of trials. */
void script_push_arm(lua_State *L, size_t number);

/* Fields of a plain table; raise where they are not what they should be. */
double field_number(lua_State *L, int index, const char *name);
lua_Integer field_integer(lua_State *L, int index, const char *name);
/* From `least` to `most`. */
uint32_t field_whole(lua_State *L, int index, const char *name, uint32_t least, uint32_t most);
bool field_flag(lua_State *L, int index, const char *name);
/* The number of a name among `count` of them; -1 if it is none. */
int field_choice(const char *const *names, int count, const char *name);
/* "" if there is none. Valid as long as the table holds it. */
const char *field_text(lua_State *L, int index, const char *name);

/* Pushes the names in a table, sorted. */
void script_push_names(lua_State *L, int index);
/* Replaces the list of names on top by what to say of a word that is none of them: "did you mean
 * 'hidden'?", or which there are. */
void script_push_suggestion(lua_State *L, const char *word);

/* Reads the plain tables at the top of the stack into the host's experiment (experiment.c). */
void script_read_experiment(lua_State *L, struct experiment *experiment);
void experiment_release(struct experiment *experiment);

/* Reads a plain arm's kind and options out of the table on top of the stack, which thaw.plain's
 * `table` made; raises if there is no such kind. */
void script_read_baseline(lua_State *L, enum baseline_kind *kind, struct baseline_options *options);

/* Takes of the host's budget what a plain arm needs while it is fitted. */
bool script_plain_charge(struct script_host *host, enum baseline_kind kind,
                         const struct baseline_options *options, const struct dataset *dataset,
                         uint64_t *bytes, struct error *error);
/* Fits the plain arms that learners hold and that are not fitted yet. Called before Lua is, since
 * it may take longer than a call of Lua may. Any thread. */
bool script_plain_fit(struct script_host *host, struct error *error);
void script_plain_release(struct script_host *host);

/* Adds the functions that only our own Lua sees: `host`. */
void script_add_host(lua_State *L);

#endif
