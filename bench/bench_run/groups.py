"""Groups of several sizes, filled through the server."""

import time

# Members named in one PATCH: a body far below what the server takes.
AT_ONCE = 5_000
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def sizes(wanted, users):
    """Those that so many people can fill; everybody instead of the first that is too large."""
    fitting = [size for size in wanted if size <= users]
    return fitting if len(fitting) == len(wanted) or users in fitting else [*fitting, users]


def filled(home, size, ids):
    """A new group of so many of these people. Returns its id and the seconds it took."""
    began = time.monotonic()
    status, group = home.call("POST", "/scim/v2/Groups", {"displayName": f"Group of {size}"})
    assert status == 201, group
    for first in range(0, size, AT_ONCE):
        members = [{"value": person} for person in ids[first : min(first + AT_ONCE, size)]]
        operation = {"op": "add", "path": "members", "value": members}
        path = f"/scim/v2/Groups/{group['id']}"
        status, answer = home.call("PATCH", path, {"schemas": [PATCH_OP], "Operations": [operation]})
        assert status == 204, answer
    return group["id"], time.monotonic() - began


def guest(home, name):
    """Somebody who is in no group."""
    status, person = home.call("POST", "/scim/v2/Users", {"userName": name})
    assert status == 201, person
    return person["id"]
