"""The home folder of the measured server: limits off, messages to a sink, a loaded database that is kept aside."""

import base64
import contextlib
import http.client
import json
import os
import secrets
import shutil
import sqlite3
import ssl
import subprocess
import time

from .process import Pinned, free_port

CONFIGURATION = """\
[transport.https.properties]
port = {port}
[super_admin]
username = "admin"
password = "{password}"
[output_adapter.email]
from_address = "no-reply@countersign.example"
hostname = "127.0.0.1"
port = {smtp}
tls = "none"
enable_authentication = false
[identity_mgt.user_claim_update.email]
enable_verification = true
[countersign.limits]
{limits}
"""

LIMITS = """
wrong_codes_per_user_hour wrong_codes_per_source privileged_wrong_codes
sends_burst sends_interval_seconds sends_per_hour sends_per_day privileged_resends_per_hour
sends_per_destination_hour sends_per_destination_day pending_values_per_day sms_per_block_hour
login_failures_per_source login_delay_after landing_per_selector_hour writes_per_minute
"""

GOVERNANCE = "/api/server/v1/identity-governance"


class Home:
    """One home folder and its server, on a core of its own."""

    def __init__(self, server, bench, folder, core, smtp_port):
        self.server, self.bench, self.folder, self.core = server, bench, folder, core
        self.port, self.password = free_port(), secrets.token_urlsafe(18)
        self.authorization = "Basic " + base64.b64encode(f"admin:{self.password}".encode()).decode()
        limits = "\n".join(f"{name} = 0" for name in LIMITS.split())
        path = folder / "repository/conf/deployment.toml"
        path.parent.mkdir(parents=True)
        words = {"port": self.port, "password": self.password, "smtp": smtp_port, "limits": limits}
        path.write_text(CONFIGURATION.format(**words))
        self.database = folder / "repository/database/countersign.db"
        self.loaded = folder / "loaded.db"

    def load(self, users, ids):
        """Makes a database of that many people and keeps it aside; writes their ids. Returns the seconds it took."""
        running = self.start()[0]
        self._mail_codes()
        running.stop()
        began = time.monotonic()
        with open(ids, "w") as out:
            command = [self.bench, "load", "--home", self.folder, "--users", str(users)]
            subprocess.run(command, stdout=out, check=True)
        took = time.monotonic() - began
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # a copy of the one file is whole
        shutil.copyfile(self.database, self.loaded)
        return took

    def start(self, fresh=False):
        """Starts the server, on the loaded database as it was. Returns it and how long its first answer took."""
        if fresh:
            for stale in self.database.parent.glob("countersign.db*"):
                stale.unlink()
            shutil.copyfile(self.loaded, self.database)
            self.database.chmod(0o600)
            with open(self.database, "rb+") as copied:
                os.fsync(copied.fileno())  # else the first commits wait for the copy to reach the disk
        began = time.monotonic()
        running = Pinned(self.core, [self.server, "serve", "--home", self.folder], self.folder / "server.log")
        running.wait_for_port(self.port)
        while self.call("GET", "/readyz")[0] != 200:
            time.sleep(0.002)
        took = time.monotonic() - began
        status, answer = self.call("GET", "/scim2/Me")  # the first sign-in hashes a password; later ones do not
        assert status == 200, answer
        return running, took

    def _mail_codes(self):
        """Mails carry a code instead of a link."""
        _, categories = self.call("GET", GOVERNANCE)
        change = {"name": "UserClaimUpdate.Email.EnableEmailOTP", "value": "true"}
        body = {"operation": "UPDATE", "properties": [change]}
        status, answer = self.call("PATCH", categories[0]["connectors"][0]["self"], body)
        assert status == 200, answer

    def call(self, method, path, body=None):
        """Status and JSON of one request by the administrator."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        headers = {"Authorization": self.authorization, "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content.startswith((b"{", b"[")) else content
