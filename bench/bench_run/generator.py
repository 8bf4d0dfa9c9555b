"""One measurement: the generator against a program, and what a request cost that program."""

import collections
import json
import os
import pathlib
import subprocess

LUA = pathlib.Path(__file__).resolve().parent.parent
# The end of what has an end of its own: a count of requests, codes that are awaited.
WITHIN = 120

Figure = collections.namedtuple("Figure", "rate cpu_us p50_us p99_us load")


class Generator:
    """wrk on a core of its own, over TLS."""

    def __init__(self, core, seconds):
        self.core, self.seconds = core, seconds

    def run(self, script, connections, program, port, seconds=None, per=1, **environment):
        """Its rate and CPU by the `per` things that one request does; p50 and p99 are those of the request."""
        cpu = program.cpu_seconds()
        environment |= {"LUA_PATH": f"{LUA}/?.lua;;", "BENCH_HOST": f"localhost:{port}"}
        length = ["-d", f"{max(1, round(seconds or self.seconds))}s"]
        wrk = ["wrk", "-t", "1", "-c", str(connections), *length, "--timeout", "30s", "-s", str(LUA / script)]
        command = ["taskset", "-c", str(self.core), *wrk, f"https://127.0.0.1:{port}/"]
        ran = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=True)
        measured = json.loads(ran.stdout.splitlines()[-1])
        if measured["refused"] or measured["broken"] or not measured["requests"]:
            raise SystemExit(f"bench/run: {script} at {connections} connections: {measured}")
        done, used = measured["requests"] * per, program.cpu_seconds() - cpu
        rate, cpu_us = done / measured["seconds"], used / done * 1e6
        return Figure(rate, cpu_us, measured["p50_us"], measured["p99_us"], os.getloadavg()[0])
