/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/guardian.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static const int CRASHES[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
static const int HANDED_ON[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP};
#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

/* In memory shared by parent and child. */
struct guarded {
    struct tty_state state;
    atomic_bool changed;
};
static struct guarded *guarded;
static volatile sig_atomic_t child_pid;

/* Restores the terminal. Async-signal-safe. Runs only once, because leaving the alternate screen
 * twice would move the cursor. */
static void put_back(void)
{
    if (!guarded || !atomic_exchange(&guarded->changed, false))
        return;
    const struct tty_state *state = &guarded->state;
    size_t at = 0;
    while (at < state->reset_size) {
        ssize_t written = write(state->tty, state->reset + at, state->reset_size - at);
        if (written < 0 && errno != EINTR)
            break;
        at += written > 0 ? (size_t)written : 0;
    }
    tcsetattr(state->tty, TCSANOW, &state->cooked);
}

void guardian_set_changed(bool changed)
{
    if (guarded)
        atomic_store(&guarded->changed, changed);
}

static void handle(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void on_crash(int signal_number)
{
    put_back();
    raise(signal_number); /* SA_RESETHAND has set the default action */
}

/* Forwards a signal to the child. A signal from the keyboard already reaches the child directly. */
static void hand_on(int signal_number, siginfo_t *cause, void *place)
{
    int saved = errno;
    bool keyboard =
        (signal_number == SIGINT || signal_number == SIGQUIT) && cause->si_code == SI_KERNEL;
    (void)place;
    if (child_pid > 0 && !keyboard)
        kill((pid_t)child_pid, signal_number);
    errno = saved;
}

static void handle_by_handing_on(int signal_number)
{
    struct sigaction action = {.sa_sigaction = hand_on, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void arm_crash_handlers(void)
{
    size_t size = 65536;
    stack_t stack = {
        .ss_sp = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        .ss_size = size};
    if (stack.ss_sp != MAP_FAILED)
        sigaltstack(&stack, NULL);
    for (int i = 0; i < COUNT(CRASHES); i++)
        handle(CRASHES[i], on_crash, (int)(SA_ONSTACK | SA_RESETHAND | SA_NODEFER));
}

void guardian_stop(void)
{
    sigset_t only, before;
    struct sigaction old, standard = {.sa_handler = SIG_DFL};
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    sigaction(SIGTSTP, &standard, &old);
    raise(SIGTSTP); /* SIGSTOP would also stop a job that no shell can continue */
    sigprocmask(SIG_UNBLOCK, &only, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &old, NULL);
}

static int run_child(int (*run)(void *context, int parent), void *context, int parent, FILE *output)
{
    if (output) {
        dup2(fileno(output), STDOUT_FILENO);
        dup2(fileno(output), STDERR_FILENO);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    arm_crash_handlers();
    int result = run(context, parent);
    put_back();
    return result;
}

/* Stops together with the child, so that the shell takes over. Continues the child afterwards. */
static void stop_too(pid_t child)
{
    handle(SIGTSTP, SIG_DFL, 0);
    raise(SIGTSTP);
    handle_by_handing_on(SIGTSTP);
    kill(child, SIGCONT);
}

static int wait_for(pid_t child)
{
    int status = 0;
    for (;;) {
        if (waitpid(child, &status, WUNTRACED) < 0) {
            if (errno != EINTR)
                return 0;
        } else if (WIFSTOPPED(status)) {
            stop_too(child);
        } else {
            return status;
        }
    }
}

/* Prints what the child wrote, such as a failed assertion or a sanitizer's report. */
static void show_output(FILE *output)
{
    char line[1024], safe[4096];
    if (!output)
        return;
    rewind(output);
    while (fgets(line, sizeof line, output)) {
        line[strcspn(line, "\n")] = '\0';
        fprintf(stderr, "%s\n", text_safe(line, safe, sizeof safe));
    }
}

static int conclude(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    int cause = WTERMSIG(status);
    if (cause != SIGTERM && cause != SIGHUP && cause != SIGINT && cause != SIGQUIT)
        fprintf(stderr,
                "thaw: the screen was ended by signal %d (%s); training continues, and "
                "`thaw` shows it again\n",
                cause, strsignal(cause));
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none); /* the child has already left a core file, if any */
    handle(cause, SIG_DFL, 0);
    raise(cause);
    return 128 + cause;
}

int guardian_run(const struct tty_state *state, int (*run)(void *context, int parent),
                 void *context)
{
    int life[2];
    FILE *output = tmpfile();
    guarded =
        mmap(NULL, sizeof *guarded, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (guarded == MAP_FAILED || pipe(life) < 0) {
        perror("thaw: cannot start the screen");
        return 70;
    }
    guarded->state = *state;
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        perror("thaw: cannot start the screen");
        return 70;
    }
    if (child == 0) {
        close(life[1]);
        exit(run_child(run, context, life[0], output));
    }
    close(life[0]);
    child_pid = (sig_atomic_t)child;
    for (int i = 0; i < COUNT(HANDED_ON); i++)
        handle_by_handing_on(HANDED_ON[i]);
    int status = wait_for(child);
    child_pid = 0;
    handle(SIGTTOU, SIG_IGN, 0);
    put_back();
    show_output(output);
    return conclude(status);
}
