"""Somebody with a browser: a session of My Account."""

import http.client
import re
import secrets
import ssl
import urllib.parse


def session(home):
    """The cookie of a new person, with an address and a number, who has signed in."""
    name, password = f"visitor{secrets.token_hex(4)}", secrets.token_urlsafe(18)
    person = {
        "userName": name,
        "password": password,
        "name": {"givenName": "Vera", "familyName": "Visitor"},
        "emails": [{"primary": True, "value": f"{name}@people.example"}],
        "phoneNumbers": [{"type": "mobile", "value": "+351930000001"}],
    }
    status, answer = home.call("POST", "/scim/v2/Users", person)
    assert status == 201, answer
    page, cookies = _request(home, "GET", "/login?back=/myaccount/", {})
    fields = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("csrf", "back")}
    form = urllib.parse.urlencode(fields | {"userName": name, "password": password})
    own = f"https://localhost:{home.port}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Origin": own}
    _, cookies = _request(home, "POST", "/login", headers, form)
    page, _ = _request(home, "GET", "/myaccount/", {"Cookie": cookies})
    assert f"{name}@people.example" in page, page
    return cookies


def _request(home, method, path, headers, body=None):
    """The page of one request, and the cookies it set."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("localhost", home.port, timeout=30, context=context)
    connection.request(method, path, body, {"Accept": "text/html", "Accept-Encoding": "identity"} | headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    set_cookies = [cookie.split(";")[0] for cookie in answer.msg.get_all("Set-Cookie") or []]
    connection.close()
    return page, "; ".join(cookie for cookie in set_cookies if not cookie.endswith("="))
