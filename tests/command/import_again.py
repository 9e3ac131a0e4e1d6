#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whatever an import makes can be made again, by the command that its plan prints and by its exports.

usage: import_again.py THAW SEED COUNT

Makes COUNT random imports: formats, roles that are overruled, columns called like roles, several
tables, parts of one, joined files, archives, standard input, SQLite files. For each of them
- the plan of --dry-run and the kept one print the same command, which gives the same digest;
- an export in each format prints a command that gives the same digest.
Prints what failed, and ends with 1 if anything did.
"""
import json, os, random, shlex, shutil, sqlite3, subprocess, sys, tempfile, zipfile

thaw, seed, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder = tempfile.mkdtemp(prefix="thaw-again-")
os.environ["THAW_DB"] = os.path.join(folder, "again.db")
os.environ["PATH"] = os.path.dirname(thaw) + ":" + os.environ["PATH"]

NAMES = ["rating", "user", "item", "timestamp", "time", "date", "title", "name", "id", "score", "stars", "2", "4", "x",
         "Rating", "User ID", "a b", "a,b", "price", "note", "year", "users:x", "count", "movieId", "é", "it's", "#",
         "title_2", "", "q\"q", "date added", "created_at"]
WORDS = ["", "red", "NA", "a,b", "7", "007", "3.5", "it's", "é", "x y", "1,5", "-", "true", " lead", "two words", "?", "nope"]


def run(words, feed=None):
    if isinstance(words, str):
        words = ["bash", "-c", words]
    with open(feed or os.devnull, "rb") as stream:
        done = subprocess.run(words, stdin=stream, capture_output=True, timeout=100)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def quoted(cell, separator, way):
    if separator == "::" or way == "no":
        return cell.replace(separator, "_").replace("\n", " ").replace('"', "") or cell[:0]
    if way == "all" or any(c in cell for c in separator + '"\n') or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell


def whole(r, column):
    return lambda i: str(r.randint(0, 30) if column % 2 else r.choice([3, 5, 7]))


def filler(r, kind):
    """A function of a row's number that gives a cell."""
    if kind == "count":
        return lambda i: str(r.randint(1, 5))
    if kind == "real":
        return lambda i: "%.1f" % (r.randint(2, 10) / 2)
    if kind == "comma":
        return lambda i: ("%.1f" % (r.randint(2, 10) / 2)).replace(".", ",")
    if kind == "seconds":
        return lambda i: str(978300760 + r.randint(0, 10**6))
    if kind == "milli":
        return lambda i: str((978300760 + r.randint(0, 10**6)) * 1000)
    if kind == "iso":
        return lambda i: "20%02d-%02d-%02d" % (r.randint(10, 20), r.randint(1, 12), r.randint(1, 28))
    if kind == "dmy":
        return lambda i: "%02d/%02d/20%02d" % (r.randint(1, 28), r.randint(1, 12), r.randint(10, 20))
    if kind == "compact":
        return lambda i: "20%02d%02d%02d" % (r.randint(10, 20), r.randint(1, 12), r.randint(1, 28))
    if kind == "empty":
        return lambda i: ""
    if kind == "serial":
        return lambda i: str(i + 1)
    return lambda i: r.choice(WORDS)


KINDS = ["count", "real", "comma", "seconds", "milli", "iso", "dmy", "compact", "words", "words", "empty", "serial"]


def table(r, part, rows, users, items):
    """Names and rows of cells, and the places of the ids."""
    plain = r.random() < 0.5
    places = {}
    names, cells = [], []
    if part != "items":
        places["user"] = len(names)
        names.append("user" if plain or r.random() < 0.5 else r.choice(NAMES))
        order = list(range(users))
        r.shuffle(order)
        cells.append(lambda i, o=order: "u%d" % (o[i % users] if part == "users" else r.randrange(users)))
    if part != "users":
        places["item"] = len(names)
        names.append("item" if plain or r.random() < 0.5 else r.choice(NAMES))
        cells.append(lambda i: str(100 + (i if part == "items" else r.randrange(items))))
    if part == "ratings" and r.random() < 0.9:
        places["rating"] = len(names)
        names.append("rating" if plain or r.random() < 0.5 else r.choice(NAMES))
        cells.append(filler(r, r.choice(["count", "real", "comma"])))
    if part == "ratings" and r.random() < 0.6:
        places["time"] = len(names)
        names.append(r.choice(["timestamp", "time", "date"]) if plain or r.random() < 0.5 else r.choice(NAMES))
        cells.append(filler(r, r.choice(["seconds", "milli", "iso", "dmy", "compact"])))
    for _ in range(r.randint(0, 4)):
        names.append(r.choice(NAMES))
        cells.append(filler(r, r.choice(KINDS)))
    if part == "items" and r.random() < 0.5:
        places["title"] = len(names)
        names.append("title" if plain else r.choice(NAMES))
        cells.append(lambda i: "Film %d, the" % i)
    return names, [[cell(i) for cell in cells] for i in range(rows)], places


def write_text(r, path, names, rows):
    separator = r.choice([",", ",", ";", "\t", "|", "::"])
    way = r.choice(["need", "need", "all", "no"])
    header = r.random() < 0.85
    lines = [separator.join(quoted(c, separator, way) for c in row) for row in ([names] if header else []) + rows]
    if r.random() < 0.1:
        lines.insert(r.randrange(len(lines)), "# a remark")
    if r.random() < 0.1:
        lines.append("broken")
    encoding = r.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "cp1252"])
    with open(path, "wb") as file:
        file.write((r.choice(["\n", "\r\n"]).join(lines) + "\n").encode(encoding, "replace"))
    return {"separator": {"\t": "tab"}.get(separator, separator), "header": "yes" if header else "no",
            "encoding": {"cp1252": "windows-1252", "utf-16": "UTF-16"}.get(encoding, "UTF-8"),
            "quote": "no" if way == "no" else "yes"}


def write_json(r, path, names, rows):
    with open(path, "w") as file:
        for row in rows:
            record = {}
            for name, cell in zip(names, row):
                number = r.random() < 0.7 and cell.replace(".", "", 1).isdigit() and not cell.startswith("0")
                record[name] = float(cell) if number and "." in cell else int(cell) if number else cell or None
            file.write(json.dumps(record) + "\n")
    return {}


def role_options(r, part, names, places, alone):
    words = []
    for role, place in places.items():
        if r.random() < 0.5:
            value = r.choice([names[place], str(place + 1)])
            if role in ("time", "rating") and r.random() < 0.2:
                value = "-"
            words += ["--" + role, value if alone and not value.startswith("users:") else part + ":" + value]
    if part == "ratings" and r.random() < 0.15:
        words += ["--rating", str(r.randint(1, len(names)))]
    if part == "ratings" and "time" not in places and r.random() < 0.1:
        words += ["--time", "-"]
    return words


def joined(r, here, number, names, places, users, items):
    """The words about one more file of users or items."""
    part = r.choice(["users", "items"])
    key = names[places[part[:-1]]] if r.random() < 0.8 else r.choice(NAMES)
    columns = [key] + [r.choice(NAMES) for _ in range(r.randint(1, 3))]
    cells = [filler(r, r.choice(KINDS)) for _ in columns[1:]]
    once = r.random() < 0.5
    count = {"users": users, "items": items}[part] + 2
    keys = r.sample(range(count), r.randint(1, count)) if once else [r.randrange(count) for _ in range(3 * count)]
    rows = [["u%d" % k if part == "users" else str(100 + k)] + [cell(i) for cell in cells] for i, k in enumerate(keys)]
    name = "more%d%s" % (number, r.choice([".csv", ".txt", ".json", ""]))
    path = os.path.join(here, name)
    said = (write_json if name.endswith(".json") else write_text)(r, path, columns, rows)
    words = r.choice([["--" + part, path], ["--join", path], ["--join", "%s:%s=%s.%s" % (path, key, part, key)]])
    for option, value in said.items():
        if r.random() < 0.15 and "." in name:
            words += ["--" + option, name + ":" + value]
        elif r.random() < 0.05:
            words += ["--" + option, value]
    return words


def one(r, number):
    """The words of an import, and the file of its standard input."""
    here = os.path.join(folder, "%d it's" % number if number % 5 == 0 else str(number))
    os.mkdir(here)
    parts = ["ratings"] + [p for p in ("users", "items") if r.random() < 0.35]
    users, items = r.randint(2, 12), r.randint(2, 12)
    alone, style = len(parts) == 1, r.choice(["files", "files", "folder", "sqlite", "stdin", "zip"])
    words, files, said, rated = [], [], {}, None
    for part in parts:
        rows = {"ratings": r.randint(2, 40), "users": users, "items": items}[part]
        names, cells, places = table(r, part, rows, users, items)
        rated = rated or (names, cells, places)
        as_json = r.random() < 0.2 and style != "folder"
        path = os.path.join(here, part + (".json" if as_json else ".csv"))
        if style == "sqlite":
            base = sqlite3.connect(os.path.join(here, "shop.db"))
            names = [n if names[:i].count(n) == 0 and n.lower() not in [m.lower() for m in names[:i]] else n + "_%d" % i
                     for i, n in enumerate(names)]
            base.execute("CREATE TABLE %s (%s)" % (part, ", ".join('"%s"' % n.replace('"', '""') for n in names)))
            for row in cells:
                base.execute("INSERT INTO %s VALUES (%s)" % (part, ",".join("?" * len(row))),
                             [c if c == "" or r.random() < 0.5 else c for c in row])
            base.commit()
            base.close()
        else:
            said[part] = (write_json if as_json else write_text)(r, path, names, cells)
        files.append((part, path))
        words += role_options(r, part, names, places, alone)
        if not as_json and r.random() < 0.1:
            words += ["--%s-columns" % part, ",".join(n.replace(",", "") for n in names)]
        for option, value in said.get(part, {}).items():
            if r.random() < 0.15:
                words += ["--" + option, part + ":" + value]
    for option, values in (("missing", ["nope,x", "?"]), ("decimal", [",", "."]), ("comment", ["#", "%"]),
                           ("repeats", ["first", "mean", "sum", "count", "all", "last"]), ("time-format", ["%d/%m/%Y", "s"])):
        if r.random() < {"repeats": 0.4, "missing": 0.15}.get(option, 0.05):
            words += ["--" + option, r.choice(values)]
    if r.random() < 0.4:
        words += ["--keep-going"]
    for more in range(r.choice([0, 0, 1, 2])):
        words += joined(r, here, more, rated[0], rated[2], users, items)
    feed = None
    if style == "folder":
        words = [here] + words
    elif style == "sqlite":
        base = os.path.join(here, "shop.db")
        words = [base] + sum((["--table", part if part == "ratings" else part + ":" + part] for part in parts), []) + words
    elif style == "stdin" and alone:
        feed = files[0][1]
        words = ["-"] + words
    elif style == "zip":
        with zipfile.ZipFile(os.path.join(here, "packed.zip"), "w") as archive:
            for part, path in files:
                archive.write(path, "in/" + os.path.basename(path))
        words = sum((["--" + part, os.path.join(here, "packed.zip", "in", os.path.basename(path))] for part, path in files), []) + words
    elif alone and r.random() < 0.5:
        words = [files[0][1]] + words
    else:
        words = sum((["--" + part, path] for part, path in files), []) + words
    if style in ("files", "zip") and r.random() < 0.2:
        path, order = os.path.join(here, "part.csv"), list(range(len(rated[0])))
        r.shuffle(order)
        write_text(r, path, [rated[0][i] for i in order], [[row[i] for i in order] for row in rated[1][::2]])
        words = [words[0], path] + words[1:] if words[0] == files[0][1] else words + ["--ratings", path]
    return words + ["--name", "s%d" % number], feed


def digest(name):
    return run([thaw, "data", name, "--digest"])[1].strip()


def columns(name):
    status, out, _ = run([thaw, "data", name, "--json"])
    return [(c["table"], c["role"], c["type"]) for c in json.loads(out)["columns"]] if status == 0 else None


def check(number, say):
    r = random.Random(seed * 100000 + number)
    words, feed = one(r, number)
    name = "s%d" % number
    import_status, _, complaint = run([thaw, "import"] + words, feed)
    plan_status, out, plan_complaint = run([thaw, "import"] + words + ["--dry-run", "--json"], feed)
    if (import_status == 0) != (plan_status == 0):
        say("import %d, dry-run %d: %s%s" % (import_status, plan_status, complaint, plan_complaint), words)
    if import_status not in (0, 2, 3):
        say("status %d: %s" % (import_status, complaint), words)
    if import_status or plan_status:
        return False
    command, kept = json.loads(out)["command"], json.loads(run([thaw, "data", name, "--plan", "--json"])[1])["command"]
    if command != kept:
        say("two commands:\n  %s\n  %s" % (command, kept), words)
    before, shape = digest(name), columns(name)
    status, _, complaint = run(kept + " --replace", feed)
    if status or digest(name) != before or columns(name) != shape:
        say("the plan's command: %s\n  %s" % (complaint or "another digest", kept), words)
        run([thaw, "import"] + words + ["--replace"], feed)
    for form in ("csv", "jsonl", "recbole"):
        to = os.path.join(folder, "%s %s" % (name, form))
        status, out, complaint = run([thaw, "export", name, "--format", form, "--to", to])
        if status:
            if "--format" not in complaint:
                say("export %s: %s" % (form, complaint), words)
            continue
        again = out[out.index("The same again: ") + 16:].strip()
        status, _, complaint = run(again + " --replace")
        if status or digest(name) != before or columns(name) != shape:
            say("export %s: %s\n  %s" % (form, complaint or "another digest", again), words)
        run([thaw, "import"] + words + ["--replace"], feed)
        shutil.rmtree(to)
    run([thaw, "data", "remove", name])
    return True


failed, done = [], 0
try:
    for number in range(count):
        done += check(number, lambda what, words: (failed.append(number), print(
            "%d: %s\n  thaw import %s\n" % (number, what.strip(), " ".join(map(shlex.quote, words))), flush=True)))
    print("%d of %d imports were good; %d of those made again differ" % (done, count, len(set(failed))))
finally:
    if not os.environ.get("THAW_KEEP"):
        shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if failed or done * 4 < count else 0)
