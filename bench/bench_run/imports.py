"""`countersign user import`: everybody from JSON Lines, into a home that holds nobody."""

import json
import os
import resource
import subprocess
import time

from .generator import Figure
from .home import Home


def imported(server, bench, folder, core, users):
    """How fast, and what one person cost in CPU time."""
    home = Home(server, bench, folder, core, smtp_port=1)  # no mail is sent
    home.start()[0].stop()
    people = folder / "people.jsonl"
    with open(people, "w") as out:
        out.writelines(json.dumps(person(number)) + "\n" for number in range(users))
    command = ["taskset", "-c", str(core), server, "user", "import", people, "--home", folder]
    cpu, began = _children_cpu(), time.monotonic()
    with open(folder / "import.log", "wb") as log:
        ended = subprocess.run([str(word) for word in command], stdout=log, stderr=log).returncode
    took = time.monotonic() - began
    told = (folder / "import.log").read_text().splitlines()[-1:]
    if ended or f"{users} created" not in "".join(told):
        raise SystemExit(f"bench/run: the import ended with {ended}: {told}")
    return Figure(users / took, (_children_cpu() - cpu) / users * 1e6, 0, 0, os.getloadavg()[0])


def person(number):
    """As large as those who are loaded."""
    return {
        "userName": f"user{number:06}",
        "name": {"givenName": "Robin", "familyName": f"Example {number:06}"},
        "displayName": f"Robin Example {number:06}",
        "title": "Clerk",
        "preferredLanguage": "en-GB",
        "timezone": "Europe/Lisbon",
        "emails": [{"primary": True, "value": f"user{number:06}@people.example"}],
        "phoneNumbers": [{"type": "mobile", "value": f"+35191{number:07}"}],
        "emailVerified": True,
        "phoneVerified": True,
    }


def _children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
