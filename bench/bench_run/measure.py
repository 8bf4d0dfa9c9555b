"""The rounds: every workload beside its limit, in the same minutes on the same cores."""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import time

from .home import Home
from .process import Pinned, cores, free_port

LUA = pathlib.Path(__file__).resolve().parent.parent
CONNECTIONS = (16, 64)
# Codes presented in one burst of W7, and how many bursts make a measurement.
BURST, BURSTS = 5000, 3
# A code that the server has not sent by then will not come.
CODES_WITHIN = 120

Figure = collections.namedtuple("Figure", "rate cpu_us p50_us p99_us load")


class Bench:
    """The programs that stand beside the server, and the folder everything lives in."""

    def __init__(self, server, bench, folder, seconds):
        self.server, self.bench, self.folder, self.seconds = server, bench, folder, seconds
        self.server_core, self.generator_core = cores()
        self.codes, self.smtp_port, self.bare_port = folder / "codes", free_port(), free_port()
        sink = [bench, "sink", "--port", self.smtp_port, "--codes", self.codes]
        self.sink = Pinned(self.generator_core, sink, folder / "sink.log")
        self.bare = Pinned(self.server_core, [bench, "bare-https", "--port", self.bare_port], folder / "bare.log")
        self.sink.wait_for_port(self.smtp_port)
        self.bare.wait_for_port(self.bare_port)
        self.running = None

    def close(self):
        """Stops everything."""
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
            say(f"{users} users: round {number + 1} of {rounds}")
            self._reads(figures, facts)
            self._writes(figures, facts, users, number)
        return figures, facts

    def _reads(self, figures, facts):
        self.running, took = self.home.start(fresh=True)
        facts["start to first answer, ms"] = took * 1000
        facts["memory after sign-in, MB"] = self.running.resident_mb()
        for connections in CONNECTIONS:
            bare = self._wrk("bare.lua", connections, self.bare, self.bare_port, BENCH_PATH="/700")
            figures["bare HTTPS", connections].append(bare)
            for name, script in (("W1 get by id", "w1-get.lua"), ("W2 filter userName", "w2-filter.lua")):
                figures[name, connections].append(self._wrk(script, connections, self.running))
        facts["memory after reads, MB"] = self.running.resident_mb()
        self.running.stop()

    def _writes(self, figures, facts, users, number):
        for per_commit, rate in self._bare_commits(number).items():
            figures["bare commits", int(per_commit)].append(Figure(rate, 0, 0, 0, os.getloadavg()[0]))
        for connections in CONNECTIONS:
            self.running, _ = self.home.start(fresh=True)
            figure = self._wrk("w5-change.lua", connections, self.running, BENCH_TAG=f"w5-{connections}")
            figures["W5 start a change", connections].append(figure)
            self.running.stop()
        self.running, _ = self.home.start(fresh=True)
        for connections in CONNECTIONS:
            tags = [f"w7-{users}-{number}-{connections}-{burst}" for burst in range(BURSTS)]
            bursts = [self._burst(users, connections, tag) for tag in tags]
            figures["W7 validate a code", connections].append(max(bursts, key=lambda figure: figure.rate))
        facts["memory after writes, MB"] = self.running.resident_mb()
        self.running.stop()

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
        self._wrk("w5-change.lua", 16, self.running, BENCH_TAG=tag, BENCH_COUNT=str(count), seconds=CODES_WITHIN)
        codes = self._codes_of(tag, count)
        chosen = self.folder / "burst"
        chosen.write_text("".join(f"{code}\n" for code in codes))
        return self._wrk("w7-validate.lua", connections, self.running, BENCH_CODES=str(chosen), seconds=CODES_WITHIN)

    def _codes_of(self, tag, count):
        deadline = time.monotonic() + CODES_WITHIN
        while time.monotonic() < deadline:
            found = [line.split()[1] for line in self.codes.read_text().splitlines() if line.startswith(f"{tag}-")]
            if len(found) >= count:
                time.sleep(0.5)  # the last of them are being recorded
                return found
            time.sleep(0.2)
        raise SystemExit(f"bench/run: {len(found)} of {count} codes came; see {self.home.folder}/server.log")

    def _wrk(self, script, connections, program, port=None, seconds=None, **environment):
        """One run of the generator against a program: its rate, and what a request cost the program."""
        port, cpu = port or self.home.port, program.cpu_seconds()
        environment |= {
            "LUA_PATH": f"{LUA}/?.lua;;",
            "BENCH_HOST": f"localhost:{port}",
            "BENCH_AUTHORIZATION": self.home.authorization,
            "BENCH_IDS": str(self.ids),
        }
        length = ["-d", f"{max(1, round(seconds or self.seconds))}s"]
        wrk = ["wrk", "-t", "1", "-c", str(connections), *length, "--timeout", "30s", "-s", str(LUA / script)]
        command = ["taskset", "-c", str(self.generator_core), *wrk, f"https://127.0.0.1:{port}/"]
        ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=True)
        measured = json.loads(ran.stdout.splitlines()[-1])
        if measured["refused"] or measured["broken"]:
            raise SystemExit(f"bench/run: {script} at {connections} connections: {measured}")
        requests, used = measured["requests"], program.cpu_seconds() - cpu
        rate, cpu_us = requests / measured["seconds"], used / requests * 1e6
        return Figure(rate, cpu_us, measured["p50_us"], measured["p99_us"], os.getloadavg()[0])


def say(line):
    """Tells where it is."""
    print(f"… {line}", flush=True)
