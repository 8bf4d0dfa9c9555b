"""One server on one home folder: written, started, killed, asked."""

import base64
import http.client
import json
import pathlib
import secrets
import signal
import socket
import ssl
import subprocess
import time

from .model import Lost

# REL-11.
READY_WITHIN = 5.0
# The server closes a connection that nothing comes from for ten seconds.
IDLE_SECONDS = 4.0
ADMIN = ("admin", secrets.token_urlsafe(18))

CONFIGURATION = """\
[transport.https.properties]
port = {port}
[super_admin]
username = "{admin[0]}"
password = "{admin[1]}"
[database.identity_db]
{database}
[output_adapter.email]
from_address = "no-reply@countersign.example"
hostname = "127.0.0.1"
port = {smtp}
tls = "none"
enable_authentication = false
[identity_mgt.user_claim_update.email]
enable_verification = true
[identity_mgt.user_claim_update.mobile]
enable_verification = true
[countersign.security]
outbound_allow = ["127.0.0.1:{gateway}"]
[countersign.limits]
wrong_codes_per_source = 0
sends_burst = 0
sends_interval_seconds = 0
sends_per_destination_hour = 0
sends_per_destination_day = 0
pending_values_per_day = 0
sms_per_block_hour = 0
login_failures_per_source = 0
login_delay_after = 0
writes_per_minute = 0
[countersign.dev]
inbox = "off"
[countersign.log]
level = "warn"
"""

PUBLISHER = """\
<eventPublisher name="Gateway" processing="enable" statistics="disable" trace="disable"
    xmlns="http://wso2.org/carbon/eventpublisher">
  <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
  <mapping customMapping="enable" type="json"><inline>{{"to":{{{{mobile}}}},"text":{{{{body}}}}}}</inline></mapping>
  <to eventAdapterType="http">
    <property name="http.client.method">httpPost</property>
    <property name="http.url">http://127.0.0.1:{gateway}/messages</property>
  </to>
</eventPublisher>
"""


class Cut(Exception):
    """The connection broke before the answer: nobody knows what became of the request."""


class Server:
    """The binary on a home folder of its own."""

    def __init__(self, binary, home, database, sinks):
        self.binary, self.home, self.process = binary, home, None
        # How often it was started.
        self.life = 0
        self.port = _free_port()
        words = {"port": self.port, "admin": ADMIN, "smtp": sinks.smtp_port, "gateway": sinks.http_port}
        self._write("repository/conf/deployment.toml", CONFIGURATION.format(database=database.fresh(), **words))
        self._write("repository/deployment/server/eventpublishers/Gateway.xml", PUBLISHER.format(**words))

    def _write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self):
        """Starts it and returns at once."""
        log = open(self.home / "server.log", "ab")
        command = [self.binary, "serve", "--home", self.home]
        self.life += 1
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def wait_until_ready(self):
        """Returns how many seconds it took; `Lost` when it took too long, or ended."""
        began, client = time.monotonic(), Client(self, ADMIN)
        while time.monotonic() - began < READY_WITHIN:
            if self.process.poll() is not None:
                status = self.process.returncode
                raise Lost(f"the server ended with {status} instead of starting\n{self._last_words()}")
            try:
                if client.call("GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            except Cut:
                pass
            time.sleep(0.01)
        raise Lost(f"the server was not ready within {READY_WITHIN} seconds\n{self._last_words()}")

    def kill(self):
        """kill -9, and waits until it is gone."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def check_invariants(self):
        """Runs the product's own checker beside the running server."""
        command = [self.binary, "check", "--invariants", "--home", self.home]
        checked = subprocess.run(command, capture_output=True, text=True)
        if checked.returncode:
            found = (_json(checked.stdout) or {}).get("violations") or [checked.stderr.strip()]
            raise Lost("\n".join(["check --invariants:", *map(str, found[:5]), f"{len(found)} in all"]))

    def _last_words(self):
        return "\n".join((self.home / "server.log").read_text(errors="replace").splitlines()[-15:])


class Client:
    """One caller's kept-alive connection, made anew when the server was."""

    def __init__(self, server, credentials):
        self.server, self.life, self.used = server, server.life, time.monotonic()
        unchecked = ssl.create_default_context()
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=15, context=unchecked)
        basic = base64.b64encode(":".join(credentials).encode()).decode()
        self.headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        """Status and JSON of the answer; `Cut` when there was none."""
        if self.life != self.server.life or time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()
            self.life = self.server.life
        self.used = time.monotonic()
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as why:
            self.connection.close()
            raise Cut(f"{method} {path}: no answer ({why})") from why
        return answer.status, _json(content)


def _json(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
