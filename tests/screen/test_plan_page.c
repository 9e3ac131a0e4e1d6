/* SPDX-License-Identifier: MIT
 *
 * The Import page: the plan of an import is shown, overruled and accepted by keys.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

#include "terminal_session.h"

static char folder[] = "/tmp/thaw-plan-XXXXXX";
static char *database, *ratings;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    ratings = memory_format("%s/films.csv", folder);
    FILE *file = fopen(ratings, "w");
    fputs("user,item,score,votes,date\n", file);
    for (int i = 0; i < 40; i++)
        fprintf(file, "u%d,i%d,%d,%d,0%d/0%d/2023\n", i % 8, i / 8, 1 + i % 5, i, 1 + i % 9,
                1 + i % 9);
    fclose(file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *command = memory_format("rm -rf '%s'", folder);
    int status = system(command);
    free(command);
    free(database);
    free(ratings);
    return status;
}

static struct session *open_sized(int columns, int rows)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, NULL};
    struct session *session =
        session_start(arguments, &(struct session_options){columns, rows, NULL});
    session_expect(session, "1 Data");
    return session;
}

static void type_import(struct session *session, const char *options)
{
    session_type(session, ":");
    session_type(session, "import ");
    session_type(session, ratings);
    session_type(session, options);
    session_type(session, "\r");
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    session_end(session);
}

static void a_plan_is_shown_before_anything_is_written(void **state)
{
    (void)state;
    struct session *session = open_sized(100, 30);
    type_import(session, "");
    session_expect(session, "40 ratings of 5 items by 8 users");
    session_expect(session, "day and month");
    session_type(session, "t");
    session_expect(session, "first cells");
    session_expect(session, "u0 | u1 | u2");
    session_type(session, "q");
    session_expect(session, "No data yet");
    leave(session);
}

static void a_decision_is_overruled_and_the_plan_accepted(void **state)
{
    (void)state;
    struct session *session = open_sized(80, 24);
    type_import(session, "");
    session_expect(session, "rating  ");
    session_type(session, "/score\r");
    session_type(session, "o");
    session_expect(session, "--rating score");
    for (int i = 0; i < 5; i++)
        session_type(session, "\x7F");
    session_type(session, "votes\r");
    session_expect(session, "as --rating says");
    session_type(session, "\r");
    session_expect(session, "films is imported");
    session_expect(session, "0 to 39, mean 19.5");
    session_type(session, "q");
    session_type(session, ":data films --plan\r");
    session_expect(session, "as --rating s");
    leave(session);
}

static void a_mistake_is_said_and_can_be_mended(void **state)
{
    (void)state;
    struct session *session = open_sized(40, 12);
    type_import(session, " --rating nothing");
    session_expect(session, "is no \"nothing\"");
    session_type(session, "\r");
    session_expect(session, "there is no plan to accept");
    session_type(session, "o");
    session_expect(session, ":");
    for (int i = 0; i < 7; i++)
        session_type(session, "\x7F");
    session_type(session, "score\r");
    session_expect(session, "40 ratings of 5 items");
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_shown_before_anything_is_written),
        cmocka_unit_test(a_decision_is_overruled_and_the_plan_accepted),
        cmocka_unit_test(a_mistake_is_said_and_can_be_mended),
    };
    return cmocka_run_group_tests_name("plan_page", tests, set_up, tear_down);
}
