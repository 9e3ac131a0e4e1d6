#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long the Table page takes from a key to its frame, and what memory it keeps, on a large data set.

    bench/table_keys.py build/thaw WORKBENCH.db [--set NAME] [--busy 2] [--keys 300]

Types keys into thaw on a pseudo-terminal and measures until the last byte of the answer, which is when
nothing has come for 12 ms (those are taken off). It does so while nothing else runs, and while thaw
filters, sorts, counts and summarises in the background, with --busy processes that compute beside it. On a
machine that others use too, the second pair of numbers leaves out what the main thread and this program
waited for a processor (/proc/PID/schedstat).
"""
import argparse, fcntl, os, pty, random, select, signal, struct, sys, termios, time

QUIET = 0.012


class Screen:
    def __init__(self, program, database, columns=100, rows=30):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execv(program, [program, "--db", database])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = None

    def read(self, patience):
        """What comes within the patience, until it is quiet; and the time of the last byte."""
        got, last, until = b"", None, time.monotonic() + patience
        while True:
            wait = (QUIET if last else patience)
            if last is None and time.monotonic() > until:
                return got, last
            if not select.select([self.terminal], [], [], wait)[0]:
                return got, last
            got += os.read(self.terminal, 1 << 16)
            last = time.monotonic()

    def key(self, keys):
        self.read(0)
        begun = time.monotonic()
        os.write(self.terminal, keys)
        got, last = self.read(1.0)
        return (last - begun) * 1000 if last else None

    def expect(self, words, seconds=600):
        begun, text = time.monotonic(), b""
        while time.monotonic() < begun + seconds:
            if select.select([self.terminal], [], [], 0.2)[0]:
                text = (text + os.read(self.terminal, 1 << 16))[-200000:]
            if words in text:
                return time.monotonic() - begun
        sys.exit(f"{words!r} did not come")

    def child(self):
        """The screen itself: the child of its guardian."""
        if not self.screen:
            with open(f"/proc/{self.process}/task/{self.process}/children") as children:
                self.screen = children.read().split()[0]
        return self.screen

    def waited(self):
        """Milliseconds that its main thread and this program were ready to run and waited for a processor."""
        total = 0
        for process in (self.child(), "self"):
            with open(f"/proc/{process}/schedstat") as stat:
                total += int(stat.read().split()[1]) / 1e6
        return total

    def memory(self):
        """Peak and present resident kilobytes of the screen."""
        with open(f"/proc/{self.child()}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmHWM"].split()[0]), int(lines["VmRSS"].split()[0])

    def close(self):
        os.write(self.terminal, b"\x11")
        time.sleep(0.3)
        os.kill(self.process, signal.SIGTERM)
        os.waitpid(self.process, 0)


def measure(screen, name, count, seed):
    """Moves about, one key at a time, each of which changes the screen."""
    chosen, times, own = random.Random(seed), [], []
    moves = (b"j", b"\x06", b"k", None, b"j", b"\x02", None)
    for turn in range(count):
        move = moves[turn % len(moves)] or b":%.3f%%\r" % chosen.uniform(1, 90)
        waited = screen.waited()
        took = screen.key(move)
        if took is not None:
            times.append(took)
            own.append(max(took - (screen.waited() - waited), 0))
        time.sleep(chosen.random() * 0.03)
    at = lambda all, share: sorted(all)[min(int(share * len(all)), len(all) - 1)]
    print(f"{name:34} {len(times):4} keys: median {at(times, 0.5):5.1f}  p99 {at(times, 0.99):5.1f} ms;"
          f" less waits for a processor {at(own, 0.5):5.1f}  {at(own, 0.99):5.1f} ms;"
          f" resident {screen.memory()[1] / 1024:4.1f} MB", flush=True)


def burn():
    while True:
        sum(i * i for i in range(1000))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("thaw")
    parser.add_argument("database")
    parser.add_argument("--set")
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--keys", type=int, default=200)
    given = parser.parse_args()
    busy = []
    for _ in range(given.busy):
        process = os.fork()
        if process == 0:
            burn()
        busy.append(process)
    screen = Screen(os.path.abspath(given.thaw), given.database)
    try:
        screen.expect(b"Enter")
        if given.set:
            screen.key(b"/" + given.set.encode() + b"\r")
        begun = time.monotonic()
        os.write(screen.terminal, b"\r")
        screen.expect(b"row 1 of")
        print(f"first page after {(time.monotonic() - begun) * 1000:.0f} ms")
        measure(screen, "column summaries in the background", given.keys, 1)
        for name, keys in (("filtering", b":filter rating > 4\r"), ("sorting", b":to timestamp\r]"),
                           ("filtering by user.age", b":filter user.age < 25\r"),
                           ("counting users", b":frequency user\r")):
            os.write(screen.terminal, keys)
            time.sleep(0.3)
            measure(screen, name, given.keys, 2)
            screen.key(b"u")
            time.sleep(0.5)
        print(f"peak resident {screen.memory()[0] / 1024:.1f} MB")
    finally:
        screen.close()
        for process in busy:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


main()
