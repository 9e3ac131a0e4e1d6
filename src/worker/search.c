/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "trial.h"
#include "wire/report.h"

/* A trial of an arm, at the arm's present rung. */
struct candidate {
    size_t number; /* number of its recommender in the script's host */
    const char *settings;
    bool alive; /* trains at this rung */
    bool taken; /* a thread trains it, or has trained it */
    struct result {
        bool known;
        double score; /* NaN for none */
    } * results;      /* by rung */
};

/* The trials of one arm. */
struct contest {
    size_t arm;
    struct candidate *candidates;
    uint32_t count, rung;
    uint32_t done, all; /* trainings done, and in all */
    bool over;
    uint32_t winner;
};

struct ticket_of_search {
    struct pool_job job;
    struct search *search;
    bool active;
};

struct search {
    struct study *study; /* borrowed, as are the following */
    struct pool *pool;
    struct outbox *outbox;
    struct search_start start;
    struct workspace *workspace; /* the campaign's; set by search_start */
    uint32_t rungs, factor;
    struct contest *contests;
    size_t contest_count;
    struct ticket_of_search *tickets; /* one for each thread */
    uint32_t under_way;               /* running trainings; guarded by the workspace's lock */
    bool finished;
    pthread_mutex_t making; /* held while a recommender is being made */
};

/* What a thread trains. */
struct trial_place {
    struct contest *contest;
    uint32_t candidate, rung;
};

static void run_ticket(void *context, uint32_t lane);

/* -- life -------------------------------------------------------------------------------------- */

/* How many trials survive to a rung, without the script's own settings. */
static uint32_t survivors(const struct search *search, uint32_t count, uint32_t rung)
{
    for (uint32_t i = 0; i < rung; i++)
        count = (count + search->factor - 1) / search->factor;
    return count;
}

/* An upper bound: trial 0 may be one of the survivors, or one more. */
static uint32_t most_trainings(const struct search *search, uint32_t count)
{
    uint32_t all = count;
    for (uint32_t rung = 1; rung < search->rungs; rung++)
        all += survivors(search, count, rung) + (survivors(search, count, rung) < count);
    return all;
}

static void add_candidate(struct search *search, struct contest *contest, size_t number,
                          const char *settings)
{
    contest->candidates =
        memory_resize(contest->candidates, contest->count + 1, sizeof *contest->candidates);
    contest->candidates[contest->count++] =
        (struct candidate){.number = number,
                           .settings = settings,
                           .alive = true,
                           .results = memory_array(search->rungs, sizeof(struct result))};
}

static void add_contests(struct search *search)
{
    const struct experiment *experiment = search->study->experiment;
    for (size_t i = 0; i < experiment->trial_count; i++) {
        const struct arm_trial *trial = &experiment->trials[i];
        if (i == 0 || trial->arm != experiment->trials[i - 1].arm) {
            search->contests = memory_resize(search->contests, search->contest_count + 1,
                                             sizeof *search->contests);
            search->contests[search->contest_count] = (struct contest){.arm = trial->arm};
            add_candidate(search, &search->contests[search->contest_count++], trial->arm, "");
        }
        struct contest *contest = &search->contests[search->contest_count - 1];
        assert(trial->number == contest->count);
        add_candidate(search, contest, experiment->arm_count + i, trial->settings);
    }
    for (size_t i = 0; i < search->contest_count; i++)
        search->contests[i].all = most_trainings(search, search->contests[i].count);
}

struct search *search_new(struct study *study, struct pool *pool, struct outbox *outbox)
{
    struct search *search = memory_new(sizeof *search);
    const struct experiment *experiment = study->experiment;
    uint32_t threads = pool_threads(pool);
    search->study = study;
    search->pool = pool;
    search->outbox = outbox;
    search->rungs = experiment->rungs > 0 ? experiment->rungs : 1;
    search->factor = experiment->factor > 1 ? experiment->factor : 2;
    search->tickets = memory_array(threads, sizeof *search->tickets);
    for (uint32_t i = 0; i < threads; i++) {
        struct ticket_of_search *ticket = &search->tickets[i];
        *ticket = (struct ticket_of_search){.search = search,
                                            .job = {.run = run_ticket, .context = ticket}};
    }
    pthread_mutex_init(&search->making, NULL);
    add_contests(search);
    return search;
}

void search_free(struct search *search)
{
    if (!search)
        return;
    for (size_t i = 0; i < search->contest_count; i++) {
        for (uint32_t c = 0; c < search->contests[i].count; c++)
            free(search->contests[i].candidates[c].results);
        free(search->contests[i].candidates);
    }
    pthread_mutex_destroy(&search->making);
    free(search->contests);
    free(search->tickets);
    free(search);
}

static const char *arm_name(const struct search *search, const struct contest *contest)
{
    return search->study->experiment->arms[contest->arm].name;
}

static struct contest *contest_of(struct search *search, const char *arm)
{
    for (size_t i = 0; i < search->contest_count; i++)
        if (strcmp(arm_name(search, &search->contests[i]), arm) == 0)
            return &search->contests[i];
    return NULL;
}

/* -- rungs ------------------------------------------------------------------------------------- */

/* Whether candidate `a` ranks before `b` after a rung. */
static bool is_before(const struct contest *contest, uint32_t a, uint32_t b, uint32_t rung)
{
    double first = contest->candidates[a].results[rung].score;
    double second = contest->candidates[b].results[rung].score;
    if (isnan(first) || isnan(second))
        return isnan(first) == isnan(second) ? a < b : isnan(second);
    return first != second ? first > second : a < b;
}

/* The rank of a candidate among those that are alive, from 0. */
static uint32_t place_of(const struct contest *contest, uint32_t candidate, uint32_t rung)
{
    uint32_t place = 0;
    for (uint32_t i = 0; i < contest->count; i++)
        place += contest->candidates[i].alive && is_before(contest, i, candidate, rung);
    return place;
}

static void end_contest(struct contest *contest, uint32_t rung)
{
    contest->over = true;
    for (uint32_t i = 0; i < contest->count; i++)
        if (contest->candidates[i].alive && place_of(contest, i, rung) == 0)
            contest->winner = i;
}

static void next_rung(const struct search *search, struct contest *contest)
{
    uint32_t rung = contest->rung++, most = survivors(search, contest->count, contest->rung);
    uint64_t kept = 0; /* ranks are computed before any candidate is dropped */
    bool *stays = memory_array(contest->count, sizeof *stays);
    for (uint32_t i = 0; i < contest->count; i++)
        stays[i] = contest->candidates[i].alive && (i == 0 || place_of(contest, i, rung) < most);
    contest->all = contest->done;
    for (uint32_t i = 0; i < contest->count; i++) {
        contest->candidates[i].alive = stays[i];
        contest->candidates[i].taken = false;
        kept += stays[i];
    }
    for (uint32_t later = contest->rung; later < search->rungs; later++)
        contest->all +=
            later == contest->rung ? (uint32_t)kept : survivors(search, contest->count, later) + 1;
    free(stays);
}

/* Moves on to the next rung when the present one is complete; ends the contest after the last
 * rung. */
static void advance(const struct search *search, struct contest *contest)
{
    while (!contest->over) {
        for (uint32_t i = 0; i < contest->count; i++)
            if (contest->candidates[i].alive &&
                !contest->candidates[i].results[contest->rung].known)
                return;
        if (contest->rung + 1 == search->rungs)
            end_contest(contest, contest->rung);
        else
            next_rung(search, contest);
    }
}

static bool note(struct search *search, struct contest *contest, uint32_t candidate, uint32_t rung,
                 double score)
{
    struct result *result = &contest->candidates[candidate].results[rung];
    if (result->known)
        return false;
    *result = (struct result){.known = true, .score = score};
    contest->done++;
    advance(search, contest);
    return true;
}

bool search_recall(struct search *search, const char *arm, uint32_t trial, uint32_t rung,
                   double score)
{
    struct contest *contest = contest_of(search, arm);
    if (!contest || trial >= contest->count || rung >= search->rungs)
        return false;
    note(search, contest, trial, rung, score);
    return true;
}

bool search_is_over(const struct search *search)
{
    for (size_t i = 0; i < search->contest_count; i++)
        if (!search->contests[i].over)
            return false;
    return true;
}

void search_choose(struct search *search)
{
    for (size_t i = 0; i < search->contest_count; i++) {
        const struct contest *contest = &search->contests[i];
        study_choose(search->study, contest->arm, contest->candidates[contest->winner].number);
    }
}

/* -- saying ------------------------------------------------------------------------------------ */

static double share_of(const struct search *search, uint32_t rung)
{
    return pow(search->factor, -(double)(search->rungs - 1 - rung));
}

static void say_trial(const struct search *search, const struct trial_place *place, double score,
                      double seconds, const char *text)
{
    const struct candidate *candidate = &place->contest->candidates[place->candidate];
    struct message_trial message = {.arm = arm_name(search, place->contest),
                                    .trial = place->candidate,
                                    .rung = place->rung,
                                    .share = share_of(search, place->rung),
                                    .score = score,
                                    .seconds = seconds,
                                    .settings = candidate->settings,
                                    .text = text};
    message_trial_write(outbox_open(search->outbox), &message);
    outbox_close(search->outbox);
}

static void say_line(const struct search *search, const char *line)
{
    const struct message_log message = {.run = UINT32_MAX, .line = line};
    message_log_write(outbox_open(search->outbox), &message);
    outbox_close(search->outbox);
}

static void say_choice(const struct search *search, const struct contest *contest)
{
    const struct candidate *winner = &contest->candidates[contest->winner];
    uint32_t last = search->rungs - 1;
    double own = contest->candidates[0].results[last].score;
    char *settings = memory_string(winner->settings);
    for (char *at = settings; *at; at++)
        if (*at == '\n')
            *at = ' ';
    char *line = memory_format("search: %s takes trial %u of %u, log score %.4f; trial 0, its own "
                               "settings, has %.4f%s%s",
                               arm_name(search, contest), (unsigned)contest->winner,
                               (unsigned)contest->count, winner->results[last].score, own,
                               *settings ? ": " : "", settings);
    say_line(search, line);
    free(line);
    free(settings);
}

/* -- work -------------------------------------------------------------------------------------- */

/* Takes the next training. False if there is none now. Called with the lock held. */
static bool take(struct search *search, struct trial_place *place)
{
    for (size_t i = 0; i < search->contest_count; i++) {
        struct contest *contest = &search->contests[i];
        for (uint32_t c = 0; c < contest->count && !contest->over; c++) {
            struct candidate *candidate = &contest->candidates[c];
            if (!candidate->alive || candidate->taken || candidate->results[contest->rung].known)
                continue;
            candidate->taken = true;
            *place = (struct trial_place){contest, c, contest->rung};
            search->under_way++;
            return true;
        }
    }
    return false;
}

static struct recommender *make(struct search *search, const struct trial_place *place,
                                struct error *error)
{
    size_t number = place->contest->candidates[place->candidate].number;
    pthread_mutex_lock(&search->making);
    struct recommender *recommender =
        study_recommender_at(search->study, number, search->start.seed, error);
    pthread_mutex_unlock(&search->making);
    return recommender;
}

/* With few epochs, several rungs may be the same training. An earlier result is then reused. */
static bool take_over(const struct search *search, const struct trial_place *place,
                      const struct training_plan *plan, double *score)
{
    const struct candidate *candidate = &place->contest->candidates[place->candidate];
    uint32_t rung = place->rung;
    if (rung == 0 || isnan(candidate->results[rung - 1].score) ||
        !trial_is_as_long(plan, share_of(search, rung), share_of(search, rung - 1)))
        return false;
    *score = candidate->results[rung - 1].score;
    return true;
}

static bool compute(struct search *search, const struct trial_place *place, uint32_t lane,
                    double *score, struct error *error)
{
    struct trial trial = {.workspace = search->workspace,
                          .recommender = make(search, place, error),
                          .share = share_of(search, place->rung),
                          .seed = search->start.seed};
    if (!trial.recommender)
        return false;
    bool good = take_over(search, place, &trial.recommender->plan, score) ||
                (trial_train(&trial, lane, error) && trial_score(&trial, lane, score, error));
    trial.recommender->operations->free(trial.recommender);
    return good;
}

/* Whether the search has just ended. Only one thread gets true. Called with the lock held. */
static bool ends(struct search *search)
{
    if (search->finished || search->under_way > 0)
        return false;
    search->finished = search->workspace->stopping || search_is_over(search);
    return search->finished;
}

static void finish(struct search *search)
{
    if (!search_is_over(search)) {
        campaign_end_search(search->start.campaign);
        return;
    }
    for (size_t i = 0; i < search->contest_count; i++)
        say_choice(search, &search->contests[i]);
    search_choose(search);
    search->start.finished(search->start.context);
    campaign_end_search(search->start.campaign);
}

/* Posts the tickets of idle threads if there is work. Called with the lock held. */
static void wake(struct search *search)
{
    for (uint32_t i = 0; i < pool_threads(search->pool); i++) {
        struct ticket_of_search *ticket = &search->tickets[i];
        if (ticket->active)
            continue;
        ticket->active = true;
        pool_post(search->pool, &ticket->job);
    }
}

static void deliver(struct search *search, const struct trial_place *place, bool stopped,
                    double score)
{
    pthread_mutex_lock(&search->workspace->lock);
    search->under_way--;
    if (!stopped) {
        note(search, place->contest, place->candidate, place->rung, score);
        wake(search);
    }
    pthread_mutex_unlock(&search->workspace->lock);
}

static void try_place(struct search *search, const struct trial_place *place, uint32_t lane)
{
    double score = NAN, begun = clock_monotonic();
    struct error error = {0};
    bool good = compute(search, place, lane, &score, &error);
    bool stopped = !good && error.kind == ERROR_CANCELLED;
    if (!stopped) {
        char text[MESSAGE_TEXT];
        say_trial(search, place, good ? score : (double)NAN, clock_monotonic() - begun,
                  good ? "" : text_safe(error.text, text, sizeof text));
    }
    deliver(search, place, stopped, good ? score : (double)NAN);
}

static void run_ticket(void *context, uint32_t lane)
{
    struct ticket_of_search *ticket = context;
    struct search *search = ticket->search;
    struct trial_place place;
    bool may = workspace_may_go_on(search->workspace);
    pthread_mutex_lock(&search->workspace->lock);
    bool taken = may && take(search, &place);
    ticket->active = taken;
    bool last = !taken && ends(search);
    pthread_mutex_unlock(&search->workspace->lock);
    if (last)
        finish(search);
    if (!taken)
        return;
    try_place(search, &place, lane);
    pool_post(search->pool, &ticket->job);
}

/* Names the learners that have nothing to search because the script sets every option. */
static void say_fixed(struct search *search)
{
    const struct experiment *experiment = search->study->experiment;
    for (size_t i = 0; i < experiment->arm_count; i++) {
        const struct arm *arm = &experiment->arms[i];
        if (arm->is_baseline || contest_of(search, arm->name))
            continue;
        char *line = memory_format("search: %s has no open option and stays as it is", arm->name);
        say_line(search, line);
        free(line);
    }
}

void search_start(struct search *search, const struct search_start *start)
{
    search->start = *start;
    search->workspace = campaign_workspace(start->campaign);
    say_fixed(search);
    campaign_begin_search(start->campaign);
    pthread_mutex_lock(&search->workspace->lock);
    wake(search);
    pthread_mutex_unlock(&search->workspace->lock);
}

void search_progress(struct search *search, const char *arm, uint32_t *done, uint32_t *all)
{
    const struct contest *contest = contest_of(search, arm);
    *done = *all = 0;
    if (!contest)
        return;
    pthread_mutex_lock(&search->workspace->lock);
    *done = contest->done;
    *all = contest->all;
    pthread_mutex_unlock(&search->workspace->lock);
}
