"""The rounds: every workload beside its limit, in the same minutes on the same cores."""

import collections
import json
import os
import shutil
import subprocess
import time

from . import groups, visitor
from .generator import WITHIN, Figure, Generator
from .home import Home
from .imports import imported
from .process import Awake, Pinned, cores, free_port

CONNECTIONS = (16, 64)
# What the limit of reads answers: as much as a user, ten users, a page of 100.
BARE = (("bare HTTPS", "/700"), ("bare HTTPS 7 kB", "/7k"), ("bare HTTPS 70 kB", "/70k"))
READS = (
    ("W1 get by id", "w1-get.lua", CONNECTIONS),
    ("W2 filter userName", "w2-filter.lua", CONNECTIONS),
    ("filter emails.value", "filter-email.lua", (16,)),
    ("filter userName sw, 10", "filter-prefix.lua", (16,)),
)
MY_ACCOUNT = "My Account, first page"
# Codes presented in one burst of W7, and how many bursts make a measurement.
BURST, BURSTS = 5000, 3


class Bench:
    """The programs that stand beside the server, and the folder everything lives in."""

    def __init__(self, server, bench, folder, seconds, group_sizes):
        self.server, self.bench, self.folder, self.seconds = server, bench, folder, seconds
        self.group_sizes = group_sizes
        self.server_core, generator_core = cores()
        self.generator = Generator(generator_core, seconds)
        self.codes, self.smtp_port, self.bare_port = folder / "codes", free_port(), free_port()
        sink = [bench, "sink", "--port", self.smtp_port, "--codes", self.codes]
        self.sink = Pinned(generator_core, sink, folder / "sink.log")
        self.bare = Pinned(self.server_core, [bench, "bare-https", "--port", self.bare_port], folder / "bare.log")
        self.sink.wait_for_port(self.smtp_port)
        self.bare.wait_for_port(self.bare_port)
        self.running = None
        self.awake = Awake(generator_core)

    def close(self):
        """Stops everything."""
        self.awake.stop()
        for program in (self.running, self.sink, self.bare):
            if program and program.process.poll() is None:
                program.stop()

    def measure(self, users, rounds):
        """All workloads with that many people: lists of figures, one for each round, and facts measured once."""
        folder = self.folder / f"home-{users}"
        self.home = Home(self.server, self.bench, folder, self.server_core, self.smtp_port)
        self.ids = self.folder / f"ids-{users}"
        say(f"{users} users: loading")
        took = self.home.load(users, self.ids)
        figures, facts = collections.defaultdict(list), {"loaded a second": users / took}
        for number in range(rounds):
            say(f"{users} users: round {number + 1} of {rounds}: reads")
            self._reads(figures, facts, users)
            say(f"{users} users: round {number + 1} of {rounds}: writes")
            self._writes(figures, users, number)
            self._codes(figures, facts, users, number)
            say(f"{users} users: round {number + 1} of {rounds}: groups, Bulk, import")
            self._groups(figures, facts, users)
            self._bulks(figures)
            self._import(figures, users, number)
        return figures, facts

    def _reads(self, figures, facts, users):
        self.running, took = self.home.start(fresh=True)
        facts["start to first answer, ms"] = took * 1000
        facts["memory after sign-in, MB"] = self.running.resident_mb()
        for name, path in BARE:
            for connections in CONNECTIONS if path == "/700" else (16,):
                bare = self._wrk("bare.lua", connections, self.bare, self.bare_port, BENCH_PATH=path)
                figures[name, connections].append(bare)
        self._check_reads(users)
        for name, script, several in READS:
            for connections in several:
                figures[name, connections].append(self._wrk(script, connections, self.running))
        for name, start in (("W3 first page of 100", 1), ("W3 last page of 100", max(1, users - 99))):
            figures[name, 16].append(self._wrk("w3-page.lua", 16, self.running, BENCH_START=str(start)))
        cookie = visitor.session(self.home)
        figures[MY_ACCOUNT, 16].append(self._wrk("page.lua", 16, self.running, BENCH_COOKIE=cookie))
        page = self.home.call("GET", "/scim/v2/Users?count=100")[1]
        facts["a page of 100, kB"] = len(json.dumps(page, separators=(",", ":"))) / 1000
        facts["memory after reads, MB"] = self.running.resident_mb()
        self.running.stop()

    def _check_reads(self, users):
        """What is measured finds what it should: an empty list is fast, too."""
        last = max(1, users - 99)
        for query, count in (
            ("filter=userName+eq+%22user000000%22", 1),
            ("filter=emails.value+eq+%22user000000@people.example%22", 1),
            ("filter=userName+sw+%22user00000%22", min(users, 10)),
            ("count=100", min(users + 1, 100)),  # the administrator is somebody, too
            (f"count=100&startIndex={last}", min(users + 1, 100)),
        ):
            status, answer = self.home.call("GET", f"/scim/v2/Users?{query}")
            assert status == 200 and len(answer["Resources"]) == count, (query, answer)

    def _writes(self, figures, users, number):
        for per_commit, rate in self._bare_commits(number).items():
            figures["bare commits", int(per_commit)].append(Figure(rate, 0, 0, 0, os.getloadavg()[0]))
        for name, script in (
            ("W4 create a user", "w4-create.lua"),
            ("W5 start a change", "w5-change.lua"),
            ("W6 mix", "w6-mix.lua"),
        ):
            for connections in CONNECTIONS:
                self.running, _ = self.home.start(fresh=True)
                tag = f"{script[:2]}-{users}-{number}-{connections}"
                figures[name, connections].append(self._wrk(script, connections, self.running, BENCH_TAG=tag))
                self.running.stop()

    def _codes(self, figures, facts, users, number):
        self.running, _ = self.home.start(fresh=True)
        for connections in CONNECTIONS:
            tags = [f"w7-{users}-{number}-{connections}-{burst}" for burst in range(BURSTS)]
            bursts = [self._burst(users, connections, tag) for tag in tags]
            figures["W7 validate a code", connections].append(max(bursts, key=lambda figure: figure.rate))
        facts["memory after writes, MB"] = self.running.resident_mb()
        self.running.stop()

    def _groups(self, figures, facts, users):
        """One connection: each request needs that the one before has happened."""
        self.running, _ = self.home.start(fresh=True)
        ids = self.ids.read_text().split()
        filled = {}
        for size in groups.sizes(self.group_sizes, users):  # all before the first is measured: none meets a cold server
            filled[size], took = groups.filled(self.home, size, ids)
            facts[f"members a second, filling a group of {size}"] = size / took
        for size, group in filled.items():
            guest = groups.guest(self.home, f"guest{size}")
            words = {"BENCH_GROUP": group, "BENCH_GUEST": guest}
            figures[f"group of {size}, 1 member", 1].append(self._wrk("group-member.lua", 1, self.running, **words))
        facts["memory after groups, MB"] = self.running.resident_mb()
        self.running.stop()

    def _bulks(self, figures):
        """Rates and CPU by the user, p50 and p99 by the request."""
        for people, connections, requests in ((100, 1, 0), (100, 16, 0), (1000, 1, max(3, round(2 * self.seconds)))):
            self.running, _ = self.home.start(fresh=True)
            words = {"BENCH_PEOPLE": str(people), "BENCH_COUNT": str(requests)}
            seconds = WITHIN if requests else None
            figure = self._wrk("bulk.lua", connections, self.running, seconds=seconds, per=people, **words)
            figures[f"Bulk of {people}, users", connections].append(figure)
            self.running.stop()

    def _import(self, figures, users, number):
        folder = self.folder / f"import-{users}-{number}"
        figure = imported(self.server, self.bench, folder, self.server_core, users)
        figures["user import, users", "cli"].append(figure)
        shutil.rmtree(folder)

    def _bare_commits(self, number):
        folder = self.folder / f"bare-{number}-{time.monotonic_ns()}"
        folder.mkdir()
        loop = [self.bench, "bare-commits", "--folder", folder, "--seconds", str(self.seconds)]
        command = ["taskset", "-c", str(self.server_core), *loop]
        rates = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        shutil.rmtree(folder)
        return rates

    def _burst(self, users, connections, tag):
        """Starts changes, waits for their codes, and measures how fast these are taken."""
        count = min(users, BURST)
        self._wrk("w5-change.lua", 16, self.running, BENCH_TAG=tag, BENCH_COUNT=str(count), seconds=WITHIN)
        codes = self._codes_of(tag, count)
        chosen = self.folder / "burst"
        chosen.write_text("".join(f"{code}\n" for code in codes))
        return self._wrk("w7-validate.lua", connections, self.running, BENCH_CODES=str(chosen), seconds=WITHIN)

    def _codes_of(self, tag, count):
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            found = [line.split()[1] for line in self.codes.read_text().splitlines() if line.startswith(f"{tag}-")]
            if len(found) >= count:
                time.sleep(0.5)  # the last of them are being recorded
                return found
            time.sleep(0.2)
        raise SystemExit(f"bench/run: {len(found)} of {count} codes came; see {self.home.folder}/server.log")

    def _wrk(self, script, connections, program, port=None, **more):
        words = {"BENCH_AUTHORIZATION": self.home.authorization, "BENCH_IDS": str(self.ids)}
        return self.generator.run(script, connections, program, port or self.home.port, **words, **more)


def say(line):
    """Tells where it is."""
    print(f"… {line}", flush=True)
