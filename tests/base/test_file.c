/* SPDX-License-Identifier: MIT
 *
 * Links, pipes and other unexpected files at the paths that thaw reads and writes.
 */
#include "config.h"

#include "base/file.h"
#include "base/file_output.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct error error;
static char folder[64], before[1024];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-file-XXXXXX");
    alarm(20); /* nothing here may wait */
    return getcwd(before, sizeof before) && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    alarm(0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir(before) || system(command);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *path, const char *text)
{
    size_t size;
    char *found = file_read(path, 1000, &size, ERROR_INPUT, &error);
    assert_non_null(found);
    assert_string_equal(found, text);
    free(found);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    close(listener);
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    write_text("a", "one\ntwo");
    assert_int_equal(symlink("a", "b"), 0);
    assert_holds("a", "one\ntwo");
    assert_holds("b", "one\ntwo"); /* a person may name a link */
    write_text("empty", "");
    assert_holds("empty", "");
}

static void a_large_file_is_read_to_its_limit(void **state)
{
    enum { SIZE = 200001 };
    (void)state;
    size_t size;
    char *large = malloc(SIZE + 1);
    memset(large, 'x', SIZE);
    large[SIZE] = '\0';
    write_text("large", large);
    char *found = file_read("large", SIZE, &size, ERROR_INPUT, &error);
    assert_int_equal(size, SIZE);
    assert_string_equal(found, large);
    free(found);
    assert_null(file_read("large", SIZE - 1, &size, ERROR_SCRIPT, &error));
    assert_string_equal(error.text, "\"large\": it has more than 200000 bytes");
    assert_int_equal(error.kind, ERROR_SCRIPT);
    free(large);
}

static void what_is_no_file_is_named_and_not_waited_for(void **state)
{
    static const struct {
        const char *path, *text;
    } cases[] = {{"pipe", "\"pipe\": not a file, but a pipe"},
                 {"link", "\"link\": not a file, but a pipe"},
                 {"sub", "\"sub\": not a file, but a folder"},
                 {"/dev/zero", "\"/dev/zero\": not a file, but a device"},
                 {"/dev/tty", NULL},
                 {"socket", NULL},
                 {"circle", NULL},
                 {"absent", "\"absent\": No such file or directory"}};
    (void)state;
    size_t size;
    mkfifo("pipe", 0600);
    mkdir("sub", 0700);
    make_socket("socket");
    assert_int_equal(symlink("pipe", "link") || symlink("circle", "circle"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(file_read(cases[i].path, 1000, &size, ERROR_INPUT, &error));
        if (cases[i].text)
            assert_string_equal(error.text, cases[i].text);
    }
}

static void own_files_are_made_for_their_owner_alone(void **state)
{
    (void)state;
    struct stat status;
    mode_t mask = umask(0);
    int file = file_open_own("x.lock", (struct file_own){.make = true}, &error);
    umask(mask);
    assert_true(file >= 0);
    assert_int_equal(fstat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    close(file);
    assert_int_equal(file_open_own("y.lock", (struct file_own){0}, &error), -1);
    assert_int_equal(access("y.lock", F_OK), -1);
}

static void own_files_are_appended_to(void **state)
{
    (void)state;
    write_text("x.log", "one");
    int file = file_open_own("x.log", (struct file_own){.make = true, .append = true}, &error);
    assert_int_equal(write(file, "two", 3), 3);
    close(file);
    assert_holds("x.log", "onetwo");
}

/* Links, other names, pipes, sockets, folders. What they lead to is as it was. */
static void own_files_are_never_somebody_elses(void **state)
{
    static const char *const traps[] = {"link", "dangling", "other", "pipe", "sub", "socket"};
    (void)state;
    write_text("victim", "precious");
    write_text("second", "dear");
    mkfifo("pipe", 0600);
    mkdir("sub", 0700);
    make_socket("socket");
    assert_int_equal(
        symlink("victim", "link") || symlink("nowhere", "dangling") || link("second", "other"), 0);
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        for (int append = 0; append <= 1; append++) {
            struct file_own how = {.make = true, .append = append};
            if (file_open_own(traps[i], how, &error) >= 0)
                fail_msg("%s is opened", traps[i]);
            assert_int_equal(error.kind, ERROR_STORE);
            assert_non_null(strstr(error.text, traps[i]));
        }
    assert_holds("victim", "precious");
    assert_holds("second", "dear");
    assert_int_equal(access("nowhere", F_OK), -1);
}

static char *beside(const char *script, const char *name, bool *found)
{
    size_t size;
    error.text[0] = '\0';
    return file_read_beside(script, name, 1000, &size, found, &error);
}

static void modules_stay_in_the_folder_of_their_script(void **state)
{
    static const char *const outside[] = {"direct.lua", "through/secret.lua", "chain.lua"};
    (void)state;
    bool found;
    mkdir("in", 0700);
    mkdir("in/deep", 0700);
    mkdir("out", 0700);
    write_text("out/secret.lua", "secret");
    write_text("in/deep/one.lua", "one");
    write_text("in/main.lua", "");
    assert_int_equal(symlink("../out/secret.lua", "in/direct.lua") ||
                         symlink("../out", "in/through") || symlink("direct.lua", "in/chain.lua") ||
                         symlink("deep/one.lua", "in/inner.lua") || symlink("in", "linked"),
                     0);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        assert_null(beside("in/main.lua", outside[i], &found));
        assert_true(found);
        assert_non_null(strstr(error.text, "outside of the script's folder"));
        assert_null(strstr(error.text, "secret\""));
    }
    static const char *const inside[] = {"deep/one.lua", "inner.lua"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        char *text = beside("in/main.lua", inside[i], &found);
        assert_true(found);
        assert_string_equal(text, "one");
        free(text);
        free(beside("linked/main.lua", inside[i], &found));
        assert_true(found && !*error.text);
    }
    assert_null(beside("in/main.lua", "absent.lua", &found));
    assert_false(found);
    assert_null(beside("in/main.lua", "main.lua/x.lua", &found));
    assert_false(found);
}

/* The file has its new text only when all of it is there. */
static void write_output(const char *path, bool replace, const char *text)
{
    bool exists, there = access(path, F_OK) == 0;
    struct file_output output;
    assert_true(file_output_begin(&output, path, replace, &exists, &error));
    assert_int_equal(write(output.descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(access(path, F_OK) == 0, there);
    assert_true(file_output_finish(&output, true, &error));
    assert_holds(path, text);
}

static void refuses_output(const char *path, bool replace, bool expected, const char *why)
{
    bool exists;
    struct file_output output;
    assert_false(file_output_begin(&output, path, replace, &exists, &error));
    assert_int_equal(exists, expected);
    assert_non_null(strstr(error.text, why));
    assert_int_equal(error.kind, ERROR_USAGE);
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *here = opendir(".");
    while (readdir(here))
        count++;
    closedir(here);
    return count - 2;
}

static void output_is_replaced_when_asked_for_and_no_link_followed(void **state)
{
    (void)state;
    write_output("out.csv", false, "a longer text");
    refuses_output("out.csv", false, true, "exists already");
    assert_holds("out.csv", "a longer text");
    write_output("out.csv", true, "short");
    assert_int_equal(symlink("out.csv", "link.csv"), 0);
    assert_int_equal(symlink("nowhere", "dangling.csv"), 0);
    refuses_output("link.csv", true, true, "links are not followed");
    refuses_output("dangling.csv", true, true, "links are not followed");
    refuses_output("dangling.csv", false, true, "exists already");
    assert_holds("out.csv", "short");
    assert_int_equal(mkfifo("pipe.csv", 0600), 0);
    refuses_output("pipe.csv", true, true, "pipe.csv");
    refuses_output(".", true, true, "\".\"");
    refuses_output("none/out.csv", true, false, "No such file");
    assert_int_not_equal(access("nowhere", F_OK), 0);
    assert_int_equal(count_files(), 4);
}

static void output_that_fails_leaves_what_was_there(void **state)
{
    (void)state;
    bool exists;
    struct file_output output;
    write_output("out.csv", false, "before");
    assert_int_equal(chmod("out.csv", 0640), 0);
    assert_true(file_output_begin(&output, "out.csv", true, &exists, &error));
    assert_int_equal(write(output.descriptor, "half", 4), 4);
    assert_false(file_output_finish(&output, false, &error));
    assert_holds("out.csv", "before");
    write_output("out.csv", true, "after");
    struct stat status;
    assert_int_equal(stat("out.csv", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    /* somebody else takes the name in the meantime */
    assert_true(file_output_begin(&output, "late.csv", false, &exists, &error));
    write_text("late.csv", "theirs");
    assert_false(file_output_finish(&output, true, &error));
    assert_non_null(strstr(error.text, "exists already"));
    assert_holds("late.csv", "theirs");
    assert_int_equal(count_files(), 2);
}

static bool is_known(const char *name)
{
    return strcmp(name, "a.csv") == 0 || strcmp(name, "b.csv") == 0;
}

static void write_folder(const char *path, bool replace, const char *name, bool good)
{
    struct file_folder output;
    bool exists;
    assert_true(file_folder_begin(&output, path, replace, is_known, &exists, &error));
    int file = file_folder_add(&output, name, &error);
    assert_int_equal(write(file, "new", 3), 3);
    assert_true(file_folder_close(file));
    assert_int_equal(file_folder_finish(&output, good, &error), good);
}

static void refuses_folder(const char *path, bool replace, bool expected, const char *why)
{
    struct file_folder output;
    bool exists;
    assert_false(file_folder_begin(&output, path, replace, is_known, &exists, &error));
    assert_int_equal(exists, expected);
    assert_non_null(strstr(error.text, why));
}

/* A folder with anything else in it is never replaced: it may be anybody's. */
static void a_folder_appears_whole_and_replaces_its_like(void **state)
{
    (void)state;
    write_folder("set/", false, "a.csv", true);
    assert_holds("set/a.csv", "new");
    refuses_folder("set", false, true, "exists already");
    write_folder("set", true, "b.csv", false);
    assert_holds("set/a.csv", "new");
    write_folder("set", true, "b.csv", true);
    assert_holds("set/b.csv", "new");
    assert_int_not_equal(access("set/a.csv", F_OK), 0);
    write_text("set/letter.txt", "dear");
    refuses_folder("set", true, true, "\"letter.txt\"");
    assert_holds("set/b.csv", "new");
    assert_int_equal(symlink("set", "link"), 0);
    refuses_folder("link", true, false, "no folder");
    refuses_folder("none/set", false, false, "No such file");
    assert_int_equal(count_files(), 2);
}

static void a_scratch_file_has_no_name(void **state)
{
    char word[5] = "";
    (void)state;
    setenv("TMPDIR", folder, 1);
    int file = file_open_nameless(ERROR_STORE, &error);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, "thaw", 4, 1 << 20), 4);
    assert_int_equal(pread(file, word, 4, 1 << 20), 4);
    assert_string_equal(word, "thaw");
    assert_int_equal(rmdir(folder), 0); /* nothing is in it */
    close(file);
    file = file_open_nameless(ERROR_STORE, &error); /* elsewhere */
    assert_true(file >= 0);
    close(file);
    unsetenv("TMPDIR");
    assert_int_equal(mkdir(folder, 0700), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(output_is_replaced_when_asked_for_and_no_link_followed),
        TEST(output_that_fails_leaves_what_was_there),
        TEST(a_folder_appears_whole_and_replaces_its_like),
        TEST(a_file_is_read_whole),
        TEST(a_scratch_file_has_no_name),
        TEST(a_large_file_is_read_to_its_limit),
        TEST(what_is_no_file_is_named_and_not_waited_for),
        TEST(own_files_are_made_for_their_owner_alone),
        TEST(own_files_are_appended_to),
        TEST(own_files_are_never_somebody_elses),
        TEST(modules_stay_in_the_folder_of_their_script),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
