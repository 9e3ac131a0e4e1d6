/* SPDX-License-Identifier: MIT
 *
 * Frames through pipes and memory: partial arrival, limits on size, and damaged bytes.
 */
#include "config.h"

#include "wire/frame.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"

static const struct frame_kind kinds[] = {{NULL, 0}, {"SMALL", 64}, {"LARGE", 8 << 20}};
static struct error error;
static int ends[2];
static struct frame_input input;
static struct frame_output output;

static int set_up(void **state)
{
    (void)state;
    frame_input_init(&input, kinds, 3);
    output = (struct frame_output){0};
    return pipe(ends);
}

static int tear_down(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    frame_input_release(&input);
    frame_output_release(&output);
    return 0;
}

static void add(uint32_t type, const void *data, size_t size)
{
    bytes_add(frame_begin(&output, type), data, size);
    frame_end(&output);
}

static void put(const void *data, size_t size)
{
    assert_int_equal(write(ends[1], data, size), size);
    assert_int_equal(frame_input_fill(&input, ends[0], &error), FRAME_READ);
}

static void receive(struct frame *frame)
{
    while (frame_input_next(&input, frame, &error) == 0)
        assert_int_equal(frame_input_fill(&input, ends[0], &error), FRAME_READ);
}

static void frames_come_back_as_they_went(void **state)
{
    (void)state;
    struct frame frame;
    add(1, "abc", 3);
    add(2, NULL, 0);
    add(1, "12345678", 8);
    assert_true(frame_output_flush(&output, ends[1], &error));
    assert_int_equal(frame_output_pending(&output), 0);
    receive(&frame);
    assert_int_equal(frame.type, 1);
    assert_int_equal(frame.size, 3);
    assert_memory_equal(frame.data, "abc", 3);
    receive(&frame);
    assert_int_equal(frame.type, 2);
    assert_int_equal(frame.size, 0);
    receive(&frame);
    assert_memory_equal(frame.data, "12345678", 8);
    assert_int_equal((uintptr_t)frame.data % 8, 0);
    assert_false(input.size > input.at);
}

static void frames_are_added_to_others_and_kept_or_not(void **state)
{
    (void)state;
    struct frame_output kept = {0};
    struct frame frame;
    bytes_add(frame_begin(&kept, 1), "again", 5);
    frame_end(&kept);
    add(1, "first", 5);
    frame_output_add(&output, &kept, true);
    frame_output_add(&output, &kept, false);
    assert_int_equal(frame_output_pending(&kept), 0);
    assert_true(frame_output_flush(&output, ends[1], &error));
    static const char *const came[] = {"first", "again", "again", "alone"};
    bytes_add(frame_begin(&kept, 1), "alone", 5);
    frame_end(&kept);
    frame_output_add(&output, &kept, false); /* to an empty one */
    assert_int_equal(frame_output_pending(&kept), 0);
    assert_true(frame_output_flush(&output, ends[1], &error));
    for (size_t i = 0; i < 4; i++) {
        receive(&frame);
        assert_int_equal(frame.size, 5);
        assert_memory_equal(frame.data, came[i], 5);
    }
    frame_output_release(&kept);
}

static void a_frame_may_come_byte_by_byte(void **state)
{
    (void)state;
    struct frame frame;
    add(1, "hello", 5);
    for (size_t i = 0; i < output.bytes.size; i++) {
        assert_int_equal(frame_input_next(&input, &frame, &error), 0);
        put(output.bytes.data + i, 1);
    }
    assert_int_equal(frame_input_next(&input, &frame, &error), 1);
    assert_memory_equal(frame.data, "hello", 5);
}

static void a_frame_larger_than_the_pipe_arrives_whole(void **state)
{
    (void)state;
    enum { SIZE = 5000003 };
    unsigned char *data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (unsigned char)(i * 7 + i / 251);
    pid_t child = fork();
    if (child == 0) {
        add(2, data, SIZE);
        _exit(frame_output_flush(&output, ends[1], &error) ? 0 : 1);
    }
    struct frame frame;
    receive(&frame);
    assert_int_equal(frame.size, SIZE);
    assert_memory_equal(frame.data, data, SIZE);
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    free(data);
}

/* The writer never waits, the reader takes a little at a time; the queue must not grow for ever. */
static void a_queue_that_never_empties_stays_bounded(void **state)
{
    (void)state;
    unsigned char data[4096] = {0};
    struct frame frame;
    uint32_t received = 0;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    for (uint32_t sent = 0; sent < 5000; sent++) {
        memcpy(data, &sent, sizeof sent);
        add(2, data, sizeof data);
        assert_true(frame_output_flush(&output, ends[1], &error));
        if (sent < 200)
            continue; /* a backlog that stays */
        while (received < sent - 150) {
            receive(&frame);
            assert_memory_equal(frame.data, &received, sizeof received);
            received++;
            assert_true(frame_output_flush(&output, ends[1], &error));
        }
    }
    assert_in_range(output.bytes.capacity, 1, 4 << 20);
}

static void what_is_not_accepted_ends_the_connection(void **state)
{
    (void)state;
    struct frame frame;
    char large[65] = "";
    add(0, "", 0);
    put(output.bytes.data, output.bytes.size);
    assert_int_equal(frame_input_next(&input, &frame, &error), -1);
    assert_string_equal(error.text, "a frame of type 0 is not expected here");

    frame_input_release(&input);
    frame_output_release(&output);
    add(1, large, sizeof large);
    put(output.bytes.data, FRAME_HEADER); /* the size alone is enough */
    assert_int_equal(frame_input_next(&input, &frame, &error), -1);
    assert_string_equal(error.text, "SMALL: a frame of 65 bytes, at most 64 are allowed");

    frame_input_release(&input);
    put("GET / HTTP/1.1\r\n", 16);
    assert_int_equal(frame_input_next(&input, &frame, &error), -1);
    assert_string_equal(error.text, "what came is no frame of version 2");
}

static void a_promised_size_takes_no_memory(void **state)
{
    (void)state;
    struct frame frame;
    char large[1 << 20];
    memset(large, 'x', sizeof large);
    for (int i = 0; i < 7; i++)
        add(2, large, i ? 0 : sizeof large);
    put(output.bytes.data, FRAME_HEADER);
    assert_int_equal(frame_input_next(&input, &frame, &error), 0);
    assert_in_range(input.capacity, FRAME_HEADER, 600 << 10);
    assert_true(input.size > input.at);
}

/* What waits for the next frame holds no memory of the last one. */
static void a_large_frame_leaves_little_memory(void **state)
{
    (void)state;
    struct frame frame;
    char large[1 << 20];
    memset(large, 'x', sizeof large);
    for (int size = 1 << 16; size <= 1 << 20; size *= 2) {
        add(2, large, (size_t)size);
        for (size_t at = 0, some; at < output.bytes.size; at += some) {
            some = output.bytes.size - at < 1 << 14 ? output.bytes.size - at : 1 << 14;
            put(output.bytes.data + at, some);
        }
        assert_int_equal(frame_input_next(&input, &frame, &error), 1);
        assert_int_equal(frame.size, size);
        assert_memory_equal(frame.data, large, frame.size);
        assert_int_equal(frame_input_next(&input, &frame, &error), 0);
        assert_in_range(input.capacity, 0, 64 << 10);
        frame_output_release(&output);
    }
}

static void flip(unsigned char *byte, uint32_t bit)
{
    *byte = (unsigned char)(*byte ^ 1u << bit);
}

static void random_bytes_are_refused_or_wait(void **state)
{
    (void)state;
    struct random random = random_at(7, RANDOM_SCRIPT, 0, 0);
    for (int round = 0; round < 3000; round++) {
        struct frame frame;
        unsigned char bytes[200];
        size_t size = 1 + random_below(&random, sizeof bytes);
        frame_output_release(&output);
        add(1, "some words", 10);
        for (size_t i = 0; i < size; i++)
            bytes[i] = i < output.bytes.size && round % 2 ? output.bytes.data[i]
                                                          : (unsigned char)random_bits(&random);
        if (round % 2)
            flip(&bytes[random_below(&random, (uint32_t)size)], random_below(&random, 8));
        put(bytes, size);
        int found;
        while ((found = frame_input_next(&input, &frame, &error)) > 0)
            assert_true(frame.size <= 64);
        frame_input_release(&input);
    }
}

static void a_peer_that_is_gone_leaves_part_of_a_frame(void **state)
{
    (void)state;
    struct frame frame;
    add(1, "abc", 3);
    assert_int_equal(write(ends[1], output.bytes.data, output.bytes.size - 1),
                     output.bytes.size - 1);
    close(ends[1]);
    assert_int_equal(frame_input_fill(&input, ends[0], &error), FRAME_READ);
    assert_int_equal(frame_input_next(&input, &frame, &error), 0);
    assert_int_equal(frame_input_fill(&input, ends[0], &error), FRAME_CLOSED);
    assert_true(input.size > input.at);
    ends[1] = dup(ends[0]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(frames_come_back_as_they_went),
        TEST(frames_are_added_to_others_and_kept_or_not),
        TEST(a_frame_may_come_byte_by_byte),
        TEST(a_frame_larger_than_the_pipe_arrives_whole),
        TEST(a_queue_that_never_empties_stays_bounded),
        TEST(what_is_not_accepted_ends_the_connection),
        TEST(a_promised_size_takes_no_memory),
        TEST(a_large_frame_leaves_little_memory),
        TEST(random_bytes_are_refused_or_wait),
        TEST(a_peer_that_is_gone_leaves_part_of_a_frame),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
