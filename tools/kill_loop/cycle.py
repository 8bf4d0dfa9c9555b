"""The loop: people act, the server dies, is started again, and everything is looked at."""

import random
import threading
import time

from .model import FAMILIES, Lost
from .person import Person
from .server import Cut, Server
from .sinks import Sinks

PEOPLE = 4
# After so many kills a home has seen enough: the day's SMS budget is shared by all its people, and lists grow.
CYCLES_PER_HOME = 50
# The kill strikes within this time after people begin.
LIFE_SECONDS = (0.2, 1.2)
# Adding people and their first sign-ins hash passwords; that is not what is looked at here.
SETTLED_WITHIN = 20
# One start in so many is killed before it is done.
KILLED_AT_START = 8
# Owed messages must arrive before their codes expire (5 minutes), so they are waited for at least this often.
CYCLES_PER_WAIT = 25
# What one message may take beyond its lease.
DELIVERED_WITHIN = 20


class Loop:
    """Cycles on one database."""

    def __init__(self, binary, folder, database, rng):
        self.binary, self.folder, self.database, self.rng = binary, folder, database, rng
        self.sinks, self.server = Sinks(), None
        # People of earlier cycles: some of whom a message is owed, and all as they were last seen.
        self.owed, self.seen_before = [], []

    def run(self, cycles):
        """Runs them all; `Lost` at the first thing that was lost."""
        began, self.acknowledged = time.monotonic(), 0
        for number in range(cycles):
            if number % CYCLES_PER_HOME == 0:
                self._new_home(number)
            report = self._cycle(number)
            print(f"{self.database.name}  {number + 1}/{cycles}  {report}", flush=True)
            if self.owed and ((number + 1) % CYCLES_PER_WAIT == 0 or number + 1 == cycles):
                self._wait_for_owed()
        seconds = time.monotonic() - began
        if not self.acknowledged:
            raise Lost("nothing was ever acknowledged, so nothing was shown")
        counted = f"{cycles} kills in {seconds:.0f} s, {self.acknowledged} acknowledged"
        print(f"{self.database.name}: {counted}, nothing lost", flush=True)

    def close(self):
        """Ends the server, whatever happened."""
        if self.server:
            self.server.kill()
        self.sinks.close()

    def _new_home(self, number):
        if self.server:
            self.server.kill()
        self.owed, self.seen_before = [], []
        self.server = Server(self.binary, self.folder / f"home-{number}", self.database, self.sinks)
        self.server.start()
        self.server.wait_until_ready()

    def _cycle(self, number):
        people = [Person(f"p{number}x{i}", self.server, self.sinks, self.rng_of(number, i)) for i in range(PEOPLE)]
        life = self.rng.uniform(*LIFE_SECONDS)
        self._live(people, life)
        ready = self._restart()
        people = [person for person in people if person.exists]
        cut_off = sum(len(person.possible) > 1 for person in people)
        acknowledged = sum(person.acknowledged for person in people)
        self.acknowledged += acknowledged
        landed = sum(person.survey() for person in people)
        self.server.check_invariants()
        self._look_back()
        for person in people:
            self._finish(person)
        if self.sinks.faults:
            raise Lost("\n".join(self.sinks.faults))
        return (f"killed after {life:.2f} s: {acknowledged} acknowledged, {cut_off} cut off of which {landed} had landed, "
                f"ready again in {ready:.2f} s, nothing lost")

    def rng_of(self, number, i):
        """A generator of a person's own: threads do not take turns by chance."""
        return random.Random(f"{self.rng.random()} {number} {i}")

    def _live(self, people, seconds):
        """People act until the server dies; what breaks in a thread is raised here."""
        problems, settled = [], threading.Barrier(len(people) + 1)

        def live(person):
            try:
                person.create()
                person.survey()
                settled.wait(SETTLED_WITHIN)
                while True:
                    person.act()
            except Cut:
                pass
            except Exception as problem:  # raised below, by the thread that everybody sees
                problems.append(problem)
                settled.abort()

        threads = [threading.Thread(target=live, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        try:
            settled.wait(SETTLED_WITHIN)
            time.sleep(seconds)
        except threading.BrokenBarrierError:
            problems.append(Lost(f"the people were not there within {SETTLED_WITHIN} seconds"))
        self.server.kill()
        for thread in threads:
            thread.join()
        if problems:
            raise problems[0]

    def _restart(self):
        """Starts it again, sometimes killing it before it is ready."""
        self.server.start()
        if self.rng.randrange(KILLED_AT_START) == 0:
            time.sleep(self.rng.uniform(0, 0.2))
            self.server.kill()
            self.server.start()
        return self.server.wait_until_ready()

    def _look_back(self):
        """One person of an earlier cycle is as he was; only time may have taken his code's attempts."""
        if not self.seen_before:
            return
        person, then = self.rng.choice(self.seen_before)
        now = person.look()
        for family in FAMILIES:
            then[family].pop("attempts left", None)
            now[family].pop("attempts left")
        if now != then:
            raise Lost(f"{person.name}, some cycles later\n   shows {now}\nexpected {then}")

    def _finish(self, person):
        """Half prove what waits with the codes sent before the kill; half use their budgets up."""
        if self.rng.random() < 0.5:
            person.use_up()
        else:
            patience = 0.2 if self.database.lease_seconds else 1.5
            for family in FAMILIES:
                if person.state.may_prove(family) and not person.prove(family, patience):
                    self.owed.append((person, family))
            person.survey()
        if not any(person is one for one, _ in self.owed):
            self.seen_before.append((person, person.look()))

    def _wait_for_owed(self):
        """Every message that was on its way when its server died arrives, and its code works (I9)."""
        owed = len(self.owed)
        print(f"{self.database.name}: waiting for messages that were under way at a kill: {owed}", flush=True)
        deadline = time.monotonic() + self.database.lease_seconds + DELIVERED_WITHIN
        for person, family in self.owed:
            while person.state.may_prove(family) and not person.prove(family, 1):
                if time.monotonic() > deadline:
                    raise Lost(f"{person.name}: the {family} code that was owed has not arrived")
            if person.state.family[family].pending:
                raise Lost(f"{person.name}: the {family} code that was owed is of no use")
        self.owed = []
