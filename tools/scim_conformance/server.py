"""The binary on a home folder of its own, with both verifications off (SCIM-125): the tester wants patched addresses back at once."""

import http.client
import signal
import socket
import ssl
import subprocess
import time

ADMIN = ("admin", "admin")
READY_WITHIN = 20.0

CONFIGURATION = """\
[transport.https.properties]
port = {port}
[super_admin]
username = "admin"
password = "admin"
[identity_mgt.user_claim_update.email]
enable_verification = false
[identity_mgt.user_claim_update.mobile]
enable_verification = false
[countersign.limits]
writes_per_minute = 0
[countersign.log]
level = "warn"
"""


class Server:
    """A server that answers while it is entered."""

    def __init__(self, binary, home):
        self.binary, self.home = binary, home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"https://localhost:{self.port}"
        path = home / "repository/conf/deployment.toml"
        path.parent.mkdir(parents=True)
        path.write_text(CONFIGURATION.format(port=self.port))

    def __enter__(self):
        self.log = open(self.home / "server.log", "wb")
        command = [self.binary, "serve", "--home", self.home]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise SystemExit(f"tools/scim-conformance: the server did not start\n{self._last_words()}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()

    def trust(self):
        """A TLS context that trusts this server's own certificate."""
        return ssl.create_default_context(cafile=self.certificate)

    @property
    def certificate(self):
        """Where the server's own certificate is."""
        return self.home / "repository/resources/security/server.crt"

    def _is_ready(self):
        try:
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=5, context=self.trust())
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def _last_words(self):
        return "\n".join((self.home / "server.log").read_text(errors="replace").splitlines()[-15:])
