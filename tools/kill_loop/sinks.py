"""Where messages end: an SMS gateway and a mail server that remember the codes."""

import email
import email.policy
import http.server
import json
import re
import socketserver
import sys
import threading

# The built-in texts: an SMS begins with its code, a mail holds a link.
IN_SMS = re.compile(r"^([A-Za-z0-9]{6}) is your ")
IN_MAIL = re.compile(r"/confirmregistration\.do\?confirmation=([^&\s]+)")


class Sinks:
    """Both, listening on free ports until closed."""

    def __init__(self):
        self.arrived = threading.Condition()
        self.by_address, self.by_message, self.faults = {}, {}, []
        self.servers = [self._serve(Gateway), self._serve(Mail)]
        self.http_port, self.smtp_port = (server.server_address[1] for server in self.servers)

    def _serve(self, handler):
        server = Listener(("127.0.0.1", 0), handler)
        server.sinks = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def take(self, message, address, code):
        """A message may come twice; then it is the same message (REL-6)."""
        with self.arrived:
            known = self.by_message.setdefault(message, (address, code))
            if known != (address, code):
                self.faults.append(f"message {message} came twice, with different recipients or codes")
            codes = self.by_address.setdefault(address, [])
            if code and code not in codes:
                codes.append(code)
            self.arrived.notify_all()

    def codes(self, address):
        """The codes that reached an address, each once, in the order of arrival."""
        with self.arrived:
            return list(self.by_address.get(address, []))

    def wait_for_codes(self, address, count, seconds):
        """Waits until that many codes have come, or the time is over; returns what has come."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.by_address.get(address, [])) >= count, seconds)
        return self.codes(address)


class Listener(socketserver.ThreadingTCPServer):
    """One thread a connection. That a connection breaks is what this is all about; other mistakes are shown."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Gateway(http.server.BaseHTTPRequestHandler):
    """Takes `{"to", "text"}` with an `Idempotency-Key`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = IN_SMS.match(body["text"])
        self.server.sinks.take(self.headers["Idempotency-Key"], body["to"], found and found[1])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


class Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as takes a mail."""

    def handle(self):
        self._say("220 sink")
        recipient = None
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
            if verb == b"QUIT":
                return self._say("221 bye")
            if verb == b"DATA":
                self._say("354 go on")
                if not self._take(recipient):
                    return None
            self._say("250 yes")
        return None

    def _take(self, recipient):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # cut off: not taken
            lines.append(line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        found = IN_MAIL.search(message.get_body(("plain",)).get_content())
        self.server.sinks.take(message["Message-ID"], recipient, found and found[1])
        return True

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())
