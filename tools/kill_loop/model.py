"""What must be true of a person, as a plain value that is compared whole with what the server shows."""

import copy
import dataclasses

# SEC-9; and the two of `[countersign.limits]` that this run leaves on.
ATTEMPTS = 5
WRONG_PER_HOUR = 10
SENDS_PER_HOUR = 10

FAMILIES = ("email", "mobile")


class Lost(Exception):
    """A promise was broken; the text says which."""


@dataclasses.dataclass
class Change:
    """One change, with its newest challenge."""

    value: str
    state: str = "pending"
    wrong: int = 0
    resent: int = 0


@dataclasses.dataclass
class Family:
    """One claim of one person, with its budgets of the hour."""

    held: str
    verified: bool = False
    changes: list = dataclasses.field(default_factory=list)
    sends: int = 0
    wrong: int = 0

    @property
    def pending(self):
        """The change that waits, if one does."""
        return self.changes[-1] if self.changes and self.changes[-1].state == "pending" else None


class State:
    """Both families of one person. Every step returns another state; none changes this one."""

    def __init__(self, email, mobile):
        self.family = {"email": Family(email), "mobile": Family(mobile)}

    def _stepped(self):
        after = copy.deepcopy(self)
        return after, after.family

    def asked(self, name, value):
        """A new value began to wait; the one before it no longer does."""
        after, family = self._stepped()
        if family[name].pending:
            family[name].pending.state = "superseded"
        family[name].changes.append(Change(value))
        family[name].sends += 1
        return after

    def resent(self, name):
        """A new code with fresh attempts; the hour's budgets go on counting (SEC-10)."""
        after, family = self._stepped()
        family[name].pending.wrong = 0
        family[name].pending.resent += 1
        family[name].sends += 1
        return after

    def guessed_wrong(self, name):
        """A wrong code or link counts against what waits for one of its kind, unless that is dead already (I4)."""
        after, family = self._stepped()
        one = family[name]
        if one.pending and one.pending.wrong < ATTEMPTS:
            one.pending.wrong += 1
            one.wrong += 1
        return after

    def proven(self, name):
        """The value that waited is in force."""
        after, family = self._stepped()
        one = family[name]
        one.held, one.verified = one.pending.value, True
        one.pending.state = "proven"
        return after

    def budget_is_spent(self, name):
        """Whether codes are refused unread, right or wrong."""
        one = self.family[name]
        return bool(one.pending) and one.wrong >= WRONG_PER_HOUR

    def may_prove(self, name):
        """Whether the right code has to be taken."""
        pending = self.family[name].pending
        return bool(pending) and pending.wrong < ATTEMPTS and not self.budget_is_spent(name)

    def view(self):
        """What the server has to show."""
        return {name: _view(one) for name, one in self.family.items()}


def _view(family):
    attempts_left = ATTEMPTS - family.pending.wrong if family.pending else None
    return {
        "held": family.held,
        "verified": family.verified,
        "pending": family.pending.value if family.pending else None,
        "attempts left": attempts_left,
        "changes": [(change.state, change.resent) for change in family.changes],
    }
