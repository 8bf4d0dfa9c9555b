"""Programs on a core of their own, and what they used."""

import os
import pathlib
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
# How long anything may take to begin.
PATIENCE = 20


def cores():
    """One for the server, one for everything that loads it."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[1]


class Awake:
    """Keeps a core from halting, with a loop that gives way to everything else. A halted core has to be woken by whoever
    sends it something; on a virtual machine that takes tens of microseconds, which would count as the sender's."""

    def __init__(self, core):
        loop = ["taskset", "-c", str(core), "chrt", "--idle", "0", "sh", "-c", "while :; do :; done"]
        self.process = subprocess.Popen(loop, stdin=subprocess.DEVNULL)

    def stop(self):
        """Lets it rest."""
        self.process.kill()
        self.process.wait()


class Pinned:
    """A program that runs on one core until it is stopped."""

    def __init__(self, core, command, log):
        self.log = open(log, "ab")
        pinned = ["taskset", "-c", str(core), *map(str, command)]
        self.process = subprocess.Popen(pinned, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def wait_for_port(self, port):
        """Returns when something listens there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.005)
        raise SystemExit(f"bench/run: {self.process.args[3]} did not start; see {self.log.name}")

    def cpu_seconds(self):
        """User and system time so far, to a hundredth."""
        fields = self._proc("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mb(self):
        """Memory of its own, without pages of files (the database is mapped)."""
        lines = self._proc("status").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024

    def _proc(self, name):
        return pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text()

    def stop(self):
        """Asks it to end, and waits."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
