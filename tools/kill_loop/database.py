"""The two databases a server can be killed on."""

import shutil
import subprocess
import time
import urllib.parse


class Unavailable(Exception):
    """There is no such database here; the text says why."""


class Sqlite:
    """The embedded one: a file of the home folder, so every home has its own."""

    name = "sqlite"
    # What was on its way when the server died is free at the next start (DESIGN §2.2).
    lease_seconds = 0

    def fresh(self):
        """The lines of `[database.identity_db]` for a new home."""
        return 'type = "sqlite"'

    def place(self):
        """Where to look, besides the home folder."""
        return ""

    def drop(self):
        """Nothing: the file goes with its home."""


class Postgres:
    """A server that is running; every home gets a database of its own on it."""

    name = "postgres"
    # A dead node's messages are found when its leases have run out (REL-6).
    lease_seconds = 30

    def __init__(self, url):
        if not url:
            raise Unavailable("COUNTERSIGN_TEST_POSTGRES is not set")
        if not shutil.which("psql"):
            raise Unavailable("psql is not installed")
        self.url, self.database = url, None

    def fresh(self):
        self.drop()
        self.database = f"countersign_kill_{time.time_ns()}"
        self._tell(f"CREATE DATABASE {self.database}")
        address = urllib.parse.urlsplit(self.url)._replace(path=f"/{self.database}").geturl()
        return f'type = "postgresql"\nurl = "{address}"'

    def place(self):
        return f"and the database {self.database}"

    def drop(self):
        if self.database:
            self._tell(f"DROP DATABASE {self.database} WITH (FORCE)")
            self.database = None

    def _tell(self, statement):
        told = subprocess.run(["psql", "-q", "-d", self.url, "-c", statement], capture_output=True, text=True)
        if told.returncode:
            raise Unavailable(f"psql: {told.stderr.strip()}")
