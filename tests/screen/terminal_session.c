/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "terminal_session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>
#include <vterm.h>

#include "base/clock.h"
#include "base/memory.h"

static const double PATIENCE = 20; /* seconds; a loaded machine is slow, not wrong */

struct session {
    pid_t process;
    int master, slave;
    bool ended;
    int status;
    struct termios before;
    VTerm *vterm;
    VTermScreen *screen;
    bool alternate, cursor_hidden;
    char *output;
    size_t output_size;
    struct session *next; /* in the list of those that are open */
};

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct session *session = user;
    if (property == VTERM_PROP_ALTSCREEN)
        session->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        session->cursor_hidden = !value->boolean;
    return 1;
}

static void set_environment(const char *const *environment)
{
    static const char *const CLEARED[] = {"LINES",    "COLUMNS", "NO_COLOR", "LANG",     "LANGUAGE",
                                          "LC_CTYPE", "TMUX",    "STY",      "COLORTERM"};
    for (size_t i = 0; i < sizeof CLEARED / sizeof *CLEARED; i++)
        unsetenv(CLEARED[i]);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
    for (; environment && *environment; environment++) {
        if (strchr(*environment, '='))
            putenv(memory_string(*environment));
        else
            unsetenv(*environment);
    }
}

static void run_program(const char *const *arguments, const char *const *environment, int slave)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 1; i < 32; i++)
        signal(i, SIG_DFL);
    set_environment(environment);
    if (login_tty(slave) < 0)
        _exit(126);
    execvp(arguments[0], (char *const *)arguments);
    perror(arguments[0]);
    _exit(127);
}

/* Sessions that were not ended: those of tests that failed on the way. */
static struct session *open_sessions;
static pid_t their_process; /* a forked child of it has none */

static void end_all(void)
{
    while (open_sessions && their_process == getpid())
        session_end(open_sessions);
}

static void remember(struct session *session)
{
    if (their_process == 0) {
        their_process = getpid();
        atexit(end_all);
    }
    session->next = open_sessions;
    open_sessions = session;
}

static void forget(struct session *session)
{
    for (struct session **at = &open_sessions; *at; at = &(*at)->next)
        if (*at == session) {
            *at = session->next;
            return;
        }
}

struct session *session_start(const char *const *arguments, const struct session_options *options)
{
    static const struct session_options NONE = {0};
    static VTermScreenCallbacks callbacks = {.settermprop = on_property};
    if (!options)
        options = &NONE;
    struct session *session = memory_new(sizeof *session);
    struct winsize size = {.ws_col = (unsigned short)(options->columns ? options->columns : 80),
                           .ws_row = (unsigned short)(options->rows ? options->rows : 24)};
    assert_int_equal(openpty(&session->master, &session->slave, NULL, NULL, &size), 0);
    fcntl(session->master, F_SETFD, FD_CLOEXEC);
    tcgetattr(session->slave, &session->before);
    session->vterm = vterm_new(size.ws_row, size.ws_col);
    vterm_set_utf8(session->vterm, 1);
    session->screen = vterm_obtain_screen(session->vterm);
    vterm_screen_set_callbacks(session->screen, &callbacks, session);
    vterm_screen_enable_altscreen(session->screen, 1);
    vterm_screen_reset(session->screen, 1);
    session->process = fork();
    assert_true(session->process >= 0);
    if (session->process == 0) {
        /* A test that dies leaves nothing behind: with the guardian, its screen goes, too. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run_program(arguments, options->environment, session->slave);
    }
    remember(session);
    return session;
}

static void feed(struct session *session, const char *bytes, size_t size)
{
    session->output = memory_resize(session->output, session->output_size + size + 1, 1);
    memcpy(session->output + session->output_size, bytes, size);
    session->output_size += size;
    session->output[session->output_size] = '\0';
    vterm_input_write(session->vterm, bytes, size);
    char answer[256];
    size_t length = vterm_output_read(session->vterm, answer, sizeof answer);
    if (length > 0 && write(session->master, answer, length) < 0)
        return;
}

/* Reads what comes within `seconds`; false if nothing did. */
static bool read_some(struct session *session, double seconds)
{
    char bytes[8192];
    struct pollfd polled = {.fd = session->master, .events = POLLIN};
    if (session->master < 0 || poll(&polled, 1, (int)(seconds * 1000)) <= 0)
        return false;
    ssize_t size = read(session->master, bytes, sizeof bytes);
    if (size <= 0)
        return false;
    feed(session, bytes, (size_t)size);
    return true;
}

static bool has_ended(struct session *session)
{
    if (!session->ended && waitpid(session->process, &session->status, WNOHANG) > 0)
        session->ended = true;
    return session->ended;
}

void session_end(struct session *session)
{
    if (!session)
        return;
    forget(session);
    bool ended = has_ended(session);
    kill(-session->process, SIGKILL); /* its group, where a screen may be left without guardian */
    if (!ended) {
        kill(session->process, SIGKILL);
        waitpid(session->process, NULL, 0);
    }
    if (session->master >= 0)
        close(session->master);
    close(session->slave);
    vterm_free(session->vterm);
    free(session->output);
    free(session);
}

void session_type(struct session *session, const char *keys)
{
    size_t at = 0, size = strlen(keys);
    while (at < size) {
        ssize_t written = write(session->master, keys + at, size - at);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            fail_msg("cannot type: %s", strerror(errno));
        at += written > 0 ? (size_t)written : 0;
        read_some(session, 0);
    }
}

void session_point(struct session *session, enum session_button button, int x, int y)
{
    char report[64];
    snprintf(report, sizeof report, "\033[<%d;%d;%dM", button, x + 1, y + 1);
    session_type(session, report);
    report[strlen(report) - 1] = 'm';
    if (button < WHEEL_UP)
        session_type(session, report);
}

void session_resize(struct session *session, int columns, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    vterm_set_size(session->vterm, rows, columns);
    ioctl(session->master, TIOCSWINSZ, &size);
}

void session_signal(struct session *session, int signal_number)
{
    kill(session->process, signal_number);
}

void session_hang_up(struct session *session)
{
    close(session->master);
    session->master = -1;
}

static void add_cell(char *text, size_t *used, struct session *session, int x, int y)
{
    struct session_cell cell = session_cell(session, x, y);
    size_t length = strlen(cell.text);
    memcpy(text + *used, cell.text, length);
    *used += length;
}

char *session_picture(struct session *session)
{
    int rows, columns;
    vterm_get_size(session->vterm, &rows, &columns);
    char *text = memory_new((size_t)rows * ((size_t)columns * 32 + 1) + 1);
    size_t used = 0;
    for (int y = 0; y < rows; y++) {
        size_t start = used;
        for (int x = 0; x < columns; x++)
            add_cell(text, &used, session, x, y);
        while (used > start && text[used - 1] == ' ')
            used--;
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

static void encode(uint32_t character, char *text, size_t *used)
{
    if (character < 0x80) {
        text[(*used)++] = (char)character;
        return;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned char LEAD[] = {0, 0xC0, 0xE0, 0xF0};
    text[(*used)++] = (char)(LEAD[more] | character >> 6 * more);
    while (more-- > 0)
        text[(*used)++] = (char)(0x80 | (character >> 6 * more & 0x3F));
}

struct session_cell session_cell(struct session *session, int x, int y)
{
    VTermScreenCell cell;
    struct session_cell result = {.text = ""};
    vterm_screen_get_cell(session->screen, (VTermPos){.row = y, .col = x}, &cell);
    size_t used = 0;
    if (cell.chars[0] == (uint32_t)-1) /* the right half of a wide character */
        return result;
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
        encode(cell.chars[i], result.text, &used);
    if (used == 0)
        result.text[used++] = ' ';
    result.text[used] = '\0';
    result.width = cell.width;
    result.bold = cell.attrs.bold;
    result.reverse = cell.attrs.reverse;
    result.coloured = !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
    return result;
}

bool session_shows(struct session *session, const char *text)
{
    char *picture = session_picture(session);
    bool shows = strstr(picture, text) != NULL;
    free(picture);
    return shows;
}

static void give_up(struct session *session, const char *wish, const char *text)
{
    char *picture = session_picture(session);
    fprintf(stderr, "%s \"%s\" in vain; the screen is\n%s\n", wish, text, picture);
    free(picture);
    fail();
}

void session_expect(struct session *session, const char *text)
{
    double end = clock_monotonic() + PATIENCE;
    while (!session_shows(session, text)) {
        if (clock_monotonic() > end)
            give_up(session, "waited for", text);
        read_some(session, 0.1);
    }
}

void session_expect_gone(struct session *session, const char *text)
{
    double end = clock_monotonic() + PATIENCE;
    while (session_shows(session, text)) {
        if (clock_monotonic() > end)
            give_up(session, "waited for the end of", text);
        read_some(session, 0.1);
    }
}

int session_wait(struct session *session)
{
    double end = clock_monotonic() + PATIENCE;
    while (!has_ended(session)) {
        if (clock_monotonic() > end)
            give_up(session, "waited for", "the program's end");
        if (!read_some(session, 0.02) && session->master < 0)
            clock_sleep(0.02);
    }
    while (read_some(session, 0))
        ;
    return session->status;
}

void session_settle(struct session *session, double seconds)
{
    while (read_some(session, seconds))
        ;
}

void session_find(struct session *session, const char *text, int *x, int *y)
{
    int rows, columns;
    session_expect(session, text);
    vterm_get_size(session->vterm, &rows, &columns);
    for (*y = 0; *y < rows; ++*y)
        for (*x = 0; *x < columns; ++*x) {
            char *rest = memory_new((size_t)columns * 32 + 1);
            size_t used = 0;
            for (int column = *x; column < columns; column++)
                add_cell(rest, &used, session, column, *y);
            bool here =
                strncmp(rest, text, strlen(text)) == 0 && session_cell(session, *x, *y).text[0];
            free(rest);
            if (here)
                return;
        }
    give_up(session, "looked for", text);
}

pid_t session_process(const struct session *session)
{
    return session->process;
}

pid_t session_child_of(pid_t parent)
{
    char path[64], text[32] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    return (pid_t)strtol(text, NULL, 10);
}

const char *session_output(const struct session *session, size_t *size)
{
    *size = session->output_size;
    return session->output ? session->output : "";
}

/* Whether the last of the two byte strings in the output is `off`, or neither is there. */
static bool ends_with_mode(const struct session *session, const char *on, const char *off)
{
    const char *last_on = NULL, *last_off = NULL, *output = session->output ? session->output : "";
    for (const char *at = strstr(output, on); at; at = strstr(at + 1, on))
        last_on = at;
    for (const char *at = strstr(output, off); at; at = strstr(at + 1, off))
        last_off = at;
    return !last_on || (last_off && last_off > last_on);
}

bool session_is_as_before(struct session *session)
{
    struct termios now;
    if (tcgetattr(session->slave, &now) < 0)
        return false;
    return now.c_iflag == session->before.c_iflag && now.c_oflag == session->before.c_oflag &&
           now.c_cflag == session->before.c_cflag && now.c_lflag == session->before.c_lflag &&
           memcmp(now.c_cc, session->before.c_cc, sizeof now.c_cc) == 0 && !session->alternate &&
           !session->cursor_hidden && ends_with_mode(session, "\033[?2004h", "\033[?2004l") &&
           ends_with_mode(session, "\033[?1000h", "\033[?1000l");
}
