"""A server with a refusal of every kind in it, and how long each takes to say."""

import base64
import http.client
import json
import pathlib
import queue
import random
import re
import secrets
import signal
import ssl
import subprocess
import threading
import time

from .process import PATIENCE, free_port

# Nothing is throttled, and yet every budget is asked.
PLENTY = 1_000_000_000
LIMITS = """
wrong_codes_per_user_hour wrong_codes_per_source privileged_wrong_codes sends_burst sends_interval_seconds
sends_per_hour sends_per_day sends_per_destination_hour sends_per_destination_day pending_values_per_day
sms_per_block_hour sms_per_day login_failures_per_source login_delay_after landing_per_selector_hour
"""
CONFIGURATION = """\
[transport.https.properties]
port = {port}
[super_admin]
username = "admin"
password = "{password}"
[identity_mgt.user_claim_update.email]
enable_verification = true
[identity_mgt.user_claim_update.mobile]
enable_verification = true
enable_verification_by_privileged_user = true
verification_sms_otp_validity = 1
[countersign.log]
level = "warn"
[countersign.limits]
{limits}
"""
CODES = "/api/identity/user/v1.0"
LANDING = "/accountrecoveryendpoint/confirmregistration.do?confirmation="
# A code of this server lives one minute.
CODE_LIVES = 61


class Refusals:
    """The server; use as a context."""

    GROUPS = ("code-privileged", "code-owner", "link-page", "link-api", "sign-in")

    def __init__(self, server, folder):
        self.folder, self.port, self.password = folder, free_port(), secrets.token_urlsafe(18)
        limits = "\n".join(f"{name} = {0 if name == 'sends_interval_seconds' else PLENTY}" for name in LIMITS.split())
        path = folder / "repository/conf/deployment.toml"
        path.parent.mkdir(parents=True)
        path.write_text(CONFIGURATION.format(port=self.port, password=self.password, limits=limits))
        self.server, self.messages, self.connection = server, queue.Queue(), None

    def __enter__(self):
        command = [self.server, "serve", "--home", self.folder]
        log = open(self.folder / "server.log", "wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self._next("Countersign is ready")
        threading.Thread(target=self._listen, daemon=True).start()
        self._populate()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def _next(self, start):
        for line in self.process.stdout:
            if line.startswith(start):
                return
        raise SystemExit(f"bench/timing: {self.server} did not start")

    def _listen(self):
        """The dev inbox: every message is a line of the terminal."""
        for line in self.process.stdout:
            if line.startswith("[dev inbox] "):
                self.messages.put(line)

    def _message(self, to):
        while True:
            line = self.messages.get(timeout=PATIENCE)
            if f" to {to}: " in line:
                return line.split(f" to {to}: ", 1)[1]

    def _call(self, method, path, body=None, who=None, content="application/json"):
        if self.connection is None:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.connection = http.client.HTTPSConnection("localhost", self.port, timeout=PATIENCE, context=context)
        headers = {"Content-Type": content}
        if who:
            headers["Authorization"] = who
        text = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        began = time.perf_counter_ns()
        self.connection.request(method, path, text, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, content, time.perf_counter_ns() - began

    def _person(self, name, number):
        user = {"userName": name, "password": f"a password of {name}", "emails": [f"{name}@example.org"]}
        user["phoneNumbers"] = [{"type": "mobile", "value": f"+1202555{number}"}]
        status, content, _ = self._call("POST", "/scim2/Users", user, self.admin)
        assert status == 201, content
        return basic(name, f"a password of {name}")

    def _asks(self, who, what):
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
        body["Operations"] = [{"op": "replace", "value": what}]
        status, content, _ = self._call("PATCH", "/scim2/Me", body, who)
        assert status == 200, content

    def _sms(self, who, number):
        self._asks(who, {"phoneNumbers": [{"type": "mobile", "value": number}]})
        return self._message(number).split(" ")[0]

    def _link(self, who, address):
        self._asks(who, {"emails": [{"primary": True, "value": address}]})
        return re.search(r"confirmation=([^&\s]+)", self._message(address)).group(1)

    def _enters(self, who, code):
        return self._call("POST", f"{CODES}/me/validate-code", {"code": code}, who)[0]

    def _populate(self):
        self.admin = basic("admin", self.password)
        self.ann, self.ben, self.cat, self.dan, self.eve = (
            self._person(name, 1000 + index) for index, name in enumerate(("ann", "ben", "cat", "dan", "eve"))
        )
        self.used = self._sms(self.ann, "+12025553001")
        assert self._enters(self.ann, self.used) == 202
        self.exhausted = self._sms(self.ben, "+12025553002")
        assert [self._enters(self.ben, "wrong1") for _ in range(6)] == [400] * 6
        self.expired = self._sms(self.cat, "+12025553003")
        self.live_link, used_link = self._link(self.dan, "dan.new@example.org"), self._link(self.eve, "eve.new@example.org")
        assert self._enters(self.eve, used_link) == 202
        self.live_selector, self.used_selector = self.live_link.split(".")[0], used_link.split(".")[0]
        self.bearer = self._program()
        time.sleep(CODE_LIVES)
        self.connection = None  # the server hangs up on the idle

    def _program(self):
        add = ["client", "add", "--name", "timing", "--grant", "client_credentials", "--format", "json"]
        scope = "internal_user_code_mgt_create internal_user_code_mgt_view internal_user_mgt_update internal_user_mgt_view"
        command = [self.server, "--home", self.folder, *add, "--scope", scope]
        client = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
        status, content, _ = self._call("POST", "/oauth2/token", form, content="application/x-www-form-urlencoded")
        assert status == 200, content
        return "Bearer " + json.loads(content)["access_token"]

    def _group(self, group):
        """Each refusal's name, how it is asked for, and the status it is answered with."""
        any_code = lambda code: lambda: self._call("POST", f"{CODES}/validate-code", {"code": code()}, self.bearer)
        own_code = lambda who, code: lambda: self._call("POST", f"{CODES}/me/validate-code", {"code": code()}, who)
        page = lambda token: lambda: self._call("GET", LANDING + token())
        wrong_name = lambda name: lambda: self._call("GET", "/scim2/Me", None, basic(name(), secrets.token_urlsafe(12)))
        unknown = lambda: random_code(len(self.used))
        token = lambda selector: f"{selector}.{secrets.token_urlsafe(32)}"
        nobody = lambda: token(secrets.token_urlsafe(12))
        live, used = lambda: token(self.live_selector), lambda: token(self.used_selector)
        links = {"unknown selector": nobody, "wrong secret, live": live, "wrong secret, used": used}
        match group:
            case "code-privileged":
                codes = {"unknown": unknown, "used": lambda: self.used}
                codes |= {"exhausted": lambda: self.exhausted, "expired": lambda: self.expired}
                return {name: (any_code(code), 400) for name, code in codes.items()}
            case "code-owner":
                codes = {"unknown": unknown, "used": lambda: self.used, "another's expired": lambda: self.expired}
                own = {name: (own_code(self.dan, code), 400) for name, code in codes.items()}
                own["unknown, own exhausted"] = (own_code(self.ben, unknown), 400)
                own["right, own exhausted"] = (own_code(self.ben, lambda: self.exhausted), 400)
                return own
            case "link-page":
                return {name: (page(link), 400) for name, link in links.items()}
            case "link-api":
                return {name: (any_code(link), 400) for name, link in links.items()}
            case "sign-in":
                names = {"known name": lambda: "ann", "unknown name": lambda: "nobody" + secrets.token_hex(4)}
                return {name: (wrong_name(who), 401) for name, who in names.items()}
        raise SystemExit(f"bench/timing: there is no group {group}; there are: {', '.join(self.GROUPS)}")

    def measure(self, group, samples):
        """Nanoseconds by refusal, asked for in random order."""
        refusals = self._group(group)
        times = {name: [] for name in refusals}
        order = list(refusals) * (samples + samples // 20)
        random.shuffle(order)
        for name in order:
            ask, expected = refusals[name]
            status, content, took = ask()
            assert status == expected, f"{group}, {name}: {status} {content}"
            times[name].append(took)
        return {name: taken[len(taken) - samples :] for name, taken in times.items()}  # the first ones warm up


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def random_code(length):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(length))
