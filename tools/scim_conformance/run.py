"""Every check of scim2-tester at /scim/v2, then a person's day with scim2-cli."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from .server import ADMIN, Server

# What a conforming server may be told: an RFC's MUST or SHOULD kept, or a MAY used.
GOOD = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}
AUTHORIZATION = "Basic " + base64.b64encode(":".join(ADMIN).encode()).decode()


def main(binary):
    """Exit status: 0 when every check passed, 1 when one did not or was left out."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-scim-"))
    with Server(binary, folder / "home") as server:
        failed = checked(server)
        failed += walked(server)
    if failed:
        print(f"the server's log: {folder}/home/server.log")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


def checked(server):
    """Runs the tester; how many checks did not pass."""
    headers = {"Authorization": AUTHORIZATION}
    web = httpx2.Client(base_url=f"{server.url}/scim/v2", headers=headers, verify=server.trust(), timeout=30)
    results = check_server(SyncSCIMClient(web))
    bad = [result for result in results if result.status not in GOOD]
    for result in bad:
        print(f"{result.status.name}: {result.title}: {result.reason}")
    print(f"scim2-tester: {len(results) - len(bad)} of {len(results)} checks passed")
    return len(bad) if results else 1


class Person:
    """Somebody at a terminal with scim2-cli."""

    def __init__(self, server):
        surroundings = {
            "SCIM_CLI_URL": f"{server.url}/scim/v2",
            "SCIM_CLI_HEADERS": f"Authorization: {AUTHORIZATION}",
            "SSL_CERT_FILE": str(server.certificate),
        }
        self.environment = os.environ | surroundings
        self.program = pathlib.Path(sys.executable).parent / "scim2"

    def does(self, *words):
        """Runs one command; what it prints, as JSON where it is."""
        command = [self.program, *words]
        ran = subprocess.run(
            command, capture_output=True, text=True, env=self.environment, stdin=subprocess.DEVNULL
        )
        if ran.returncode:
            raise AssertionError(f"scim2 {' '.join(words)}: {ran.stdout}{ran.stderr}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None


def walked(server):
    """Creates, finds, changes and deletes a user and a group; 1 if something was not as it should be."""
    person = Person(server)
    try:
        _walk(person)
    except AssertionError as wrong:
        print(wrong)
        return 1
    print("scim2-cli: a user and a group were created, found, changed and deleted")
    return 0


def _walk(person):
    emails = json.dumps([{"value": "barbara@example.org"}])
    user = person.does("create", "user", "--user-name", "barbara", "--emails", emails)
    number = user["id"]
    assert user["userName"] == "barbara", user
    found = person.does("query", "user", "--filter", 'userName eq "BARBARA"')
    assert [one["id"] for one in found["Resources"]] == [number], found
    person.does("modify", "user", number, "replace", "displayName", "Barbara Jensen")
    shown = person.does("query", "user", number)
    assert shown["displayName"] == "Barbara Jensen", shown
    members = json.dumps([{"value": number}])
    group = person.does("create", "group", "--display-name", "Tour Guides", "--members", members)
    members = person.does("query", "group", group["id"])["members"]
    assert [member["value"] for member in members] == [number], members
    person.does("modify", "group", group["id"], "remove", f'members[value eq "{number}"]')
    assert not person.does("query", "group", group["id"]).get("members")
    person.does("delete", "group", group["id"])
    person.does("delete", "user", number)
    gone = person.does("query", "user", "--filter", 'userName eq "barbara"')
    assert gone["totalResults"] == 0, gone


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
