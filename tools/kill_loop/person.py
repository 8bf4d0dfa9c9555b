"""Somebody who uses the server, knows what must be true, and looks whether it is."""

from .model import ATTEMPTS, FAMILIES, SENDS_PER_HOUR, Lost, State
from .server import ADMIN, Client

API = "/api/identity/user/v1.0/me"
SYSTEM = "urn:scim:wso2:schema"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SCENARIO = {"email": "EMAIL_VERIFICATION_ON_UPDATE", "mobile": "MOBILE_VERIFICATION_ON_UPDATE"}
CHANNEL = {"email": "EMAIL", "mobile": "SMS"}
# What codes are made of (verification.md §3.1); a guess among 54⁶ of them is never right. Mails carry links, whose
# selector and secret have so many characters; the code API takes their token as it takes a code.
ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZabcdefghjkmnpqrstuvwxyz123456789"
CODE_PARTS, LINK_PARTS = (6,), (16, 43)
# A code is normally there in milliseconds; later, something else is done first.
CODE_WITHIN = 0.3


class Person:
    """One account. Does one thing at a time, so at most one request is in doubt when the server dies."""

    def __init__(self, name, server, sinks, rng):
        self.name, self.sinks, self.rng = name, sinks, rng
        self.acknowledged = 0
        password = "".join(rng.choices(ALPHABET, k=16))
        self.client, self.server, self.password = Client(server, (name, password)), server, password
        state = State(self._value("email"), self._value("mobile"))
        # What may be true: one state, or several while an answer is missing.
        self.possible, self.exists, self.refused = [state], False, set()

    @property
    def state(self):
        """What is true, when nothing is in doubt."""
        return self.possible[-1]

    def create(self):
        """Is created by the administrator."""
        held = {name: family.held for name, family in self.state.family.items()}
        body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": self.name,
                "password": self.password, **_entries("email", held["email"]), **_entries("mobile", held["mobile"])}
        status, answer = Client(self.server, ADMIN).call("POST", "/scim/v2/Users", body)
        self._expect("POST /Users", status, answer, 201)
        self.exists = True

    def act(self):
        """Does one thing at random."""
        family = self.rng.choice(FAMILIES)
        pending = self.state.family[family].pending
        what = self.rng.choices(["ask", "prove", "guess", "resend"], [4, 3, 3, 1 if pending else 0])[0]
        if what == "ask":
            self.ask(family)
        elif what == "prove":
            self.prove(family, CODE_WITHIN)
        elif what == "guess":
            self.guess(family)
        else:
            self.resend(family)

    def ask(self, family):
        """Asks for a new value; it begins to wait."""
        value = self._value(family)
        attribute, entries = next(iter(_entries(family, value).items()))
        operation = {"op": "replace", "path": attribute, "value": entries}
        self.possible.append(self.state.asked(family, value))
        status, answer = self.client.call("PATCH", "/scim/v2/Me", {"schemas": [PATCH_OP], "Operations": [operation]})
        self._settle("PATCH /Me", status, answer, {200: self.possible[-1]})
        self._check_sends(family)

    def resend(self, family):
        """Asks for another code for what waits."""
        self.possible.append(self.state.resent(family))
        body = {"properties": [{"key": "RecoveryScenario", "value": SCENARIO[family]}]}
        status, answer = self.client.call("POST", f"{API}/resend-code", body)
        self._settle("resend-code", status, answer, {201: self.possible[-1]})
        self._check_sends(family)

    def guess(self, family):
        """Presents a code or link that was never sent."""
        before = self.state
        self.possible.append(before.guessed_wrong(family))
        parts = LINK_PARTS if family == "email" else CODE_PARTS
        status, answer = self._present(".".join("".join(self.rng.choices(ALPHABET, k=length)) for length in parts))
        if status == 202:
            raise Lost(f"{self.name}: a code that was never sent was accepted")
        self._settle("a wrong code", status, answer, {400: self.possible[-1]})
        self._check_guess(before, family, status)

    def prove(self, family, seconds):
        """Presents the newest code that came for what waits. False if no new one has come within that time.

        Two codes that are under way at once may overtake each other, so the one before it has its turn as well; but
        of all that were sent one is right."""
        before, pending = self.state, self.state.family[family].pending
        sent = 1 + pending.resent if pending else 0
        codes = self.sinks.wait_for_codes(pending.value, sent, seconds) if pending else []
        untried = [code for code in codes if code not in self.refused]
        if not untried:
            return False
        is_last_resort = len(codes) == sent and len(untried) == 1
        proven, wrong = before.proven(family), before.guessed_wrong(family)
        self.possible += [wrong, proven] if before.may_prove(family) else [wrong]
        status, answer = self._present(untried[-1])
        if status == 202 and not before.may_prove(family):
            raise Lost(f"{self.name}: a dead code was accepted; before: {before.view()[family]}")
        if status == 400 and before.may_prove(family) and is_last_resort:
            shown = before.view()[family]
            raise Lost(f"{self.name}: the code that was sent for {family} is refused: {answer}; before: {shown}")
        if status == 400:
            self.refused.add(untried[-1])
        self._settle("a code", status, answer, {202: proven, 400: wrong})
        self._check_guess(before, family, status)
        return status == 202

    def survey(self):
        """Looks at everything the server shows: it must be one of the states that are possible, whole. Tells whether
        the request that was cut off, if one was, had landed."""
        seen = self.look()
        fitting = [state for state in self.possible if state.view() == seen]
        if not fitting:
            expected = "\n      or ".join(str(state.view()) for state in self.possible)
            raise Lost(f"{self.name}\n   shows {seen}\nexpected {expected}")
        landed = fitting[-1] is not self.possible[0]
        self.possible = [fitting[-1]]
        return landed

    def look(self):
        """What the server shows of both families, in the model's words."""
        status, me = self.client.call("GET", "/scim/v2/Me")
        self._expect("GET /Me", status, me, 200)
        status, listed = self.client.call("GET", f"{API}/changes")
        self._expect("GET /me/changes", status, listed, 200)
        newest_last = list(reversed(listed["changes"]))
        return {family: _seen(family, me, newest_last) for family in FAMILIES}

    def use_up(self):
        """Guesses until nothing may be guessed any more, then sends until nothing may be sent: a restart refilled
        nothing (I4, I15)."""
        for family in FAMILIES:
            for _ in range(ATTEMPTS + 1):
                self.guess(family)
            self.prove(family, 0)
            for _ in range(SENDS_PER_HOUR + 1 if self.state.family[family].pending else 0):
                self.resend(family)
        self.survey()

    def _present(self, code):
        return self.client.call("POST", f"{API}/validate-code", {"code": code, "properties": []})

    def _settle(self, what, status, answer, outcomes):
        """What an answer means; refused for now means that nothing happened."""
        if status in (429, 503):
            self.possible = self.possible[:1]
            return
        self._expect(what, status, answer, *outcomes)
        self.possible = [outcomes[status]]
        self.acknowledged += 1

    def _expect(self, what, status, answer, *wanted):
        if status not in wanted:
            raise Lost(f"{self.name}: {what} was answered {status}: {answer}")

    def _check_sends(self, family):
        if self.state.family[family].sends > SENDS_PER_HOUR:
            raise Lost(f"{self.name}: more than {SENDS_PER_HOUR} {family} messages within the hour")

    def _check_guess(self, before, family, status):
        if status in (202, 400) and before.budget_is_spent(family):
            raise Lost(f"{self.name}: a code was judged although the hour's wrong codes are used up: {before.view()}")

    def _value(self, family):
        digits = "".join(self.rng.choices("0123456789", k=9))
        return f"{self.name}.{digits}@people.example" if family == "email" else f"+3519{digits}"


def _entries(family, value):
    if family == "email":
        return {"emails": [{"value": value, "primary": True}]}
    return {"phoneNumbers": [{"value": value, "type": "mobile"}]}


def _seen(family, me, changes):
    system = me.get(SYSTEM, {})
    attribute, flag = ("emails", "emailVerified") if family == "email" else ("phoneNumbers", "phoneVerified")
    waiting = system.get("pendingMobileNumber")
    if family == "email":
        waiting = next((entry["value"] for entry in system.get("pendingEmails", [])), None)
    own = [change for change in changes if change["channel"] == CHANNEL[family]]
    pending = next((change for change in own if change["state"] == "pending"), None)
    return {
        "held": next((entry["value"] for entry in me.get(attribute, [])), None),
        "verified": system.get(flag, False),
        "pending": waiting,
        "attempts left": pending["attemptsLeft"] if pending else None,
        "changes": [(change["state"], _count(change, "resent")) for change in own],
    }


def _count(change, word):
    return sum(event["event"] == word for event in change["timeline"])
