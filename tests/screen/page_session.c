/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "page_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

#include "terminal_session.h"
#include "workbench.h"

enum { BIG_ROWS = 200000 };

char folder[] = "/tmp/thaw-pages-XXXXXX";
char *database;

int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    workbench_create(database, BIG_ROWS);
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    static const char *const ENDINGS[] = {"", "-wal", "-shm", ".lock", ".sock", ".log"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *path = memory_format("%s%s", database, ENDINGS[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(database);
    return 0;
}

struct session *open_sized(int columns, int rows, const char *const *environment)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, NULL};
    struct session_options options = {columns, rows, environment};
    return session_start(arguments, &options);
}

struct session *open_thaw(void)
{
    struct session *session = open_sized(0, 0, NULL);
    session_expect(session, "1 Data");
    return session;
}

void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(session_is_as_before(session));
    session_end(session);
}

struct session *open_comparison(void)
{
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_type(session, "hh");
    session_expect(session, "films_cold 1");
    session_type(session, "\r");
    session_expect(session, "gain in MAE over bias");
    return session;
}
