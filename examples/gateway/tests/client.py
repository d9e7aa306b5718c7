"""A CRM in another language: it uses nothing of Sunline but the wire, and nothing but the standard library.

`client.py ADDRESS`: plays a morning against a gateway, and fails where anything is not as it should be.
"""

import json
import sys
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPResponse
from typing import Any

BASE = sys.argv[1]


def ask(
    key: str | None, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, Any, Message]:
    """Status, answer and headers of one request."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    if key is not None:
        request.add_header("Authorization", f"Bearer {key}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def refused(
    status: int, code: str, key: str | None, method: str, path: str, body: object = None, **headers: str
) -> None:
    """A request is refused, with this problem."""
    got, problem, told = ask(key, method, path, body, **headers)
    assert (got, problem.get("code")) == (status, code), (got, problem)
    assert told["Content-Type"] == "application/problem+json", told["Content-Type"]
    assert (problem["type"], problem["status"]) == (f"/problems/{code}", status), problem
    assert all(problem[part] for part in ("title", "detail")), problem


def events(until: int, path: str = "/events", **headers: str) -> list[tuple[int, str, Any]]:
    """Server-sent events up to the one with number `until`, as (id, name, data)."""
    request = urllib.request.Request(BASE + path)
    request.add_header("Authorization", "Bearer wallboard-key")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    told: list[tuple[int, str, Any]] = []
    now: dict[str, str] = {}
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert isinstance(answer, HTTPResponse)
        assert answer.headers["Content-Type"] == "text/event-stream", answer.headers
        for raw in answer:
            line = raw.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                now[name] = value
                continue
            if "data" in now:
                told.append((int(now["id"]), now["event"], json.loads(now["data"])))
                if told[-1][0] >= until:
                    return told
            now = {}
    raise AssertionError("the stream ended too early")


# Without a key, or with one that nobody knows, nothing is said.
refused(401, "no_key", None, "GET", "/queues")
refused(401, "no_key", "made-up", "GET", "/queues")

# The description is for everybody.
status, description, _ = ask(None, "GET", "/openapi.json")
assert (status, description["openapi"][:3]) == (200, "3.1"), description

# Ann signs in; the switchboard brings a contact; she is asked, accepts and completes.
status, done, _ = ask("ann-key", "PUT", "/agents/me/presence", {"state": "available"})
assert (status, done["duplicate"]) == (200, False), done
arrival = {"id": "c1", "queue": "bills", "details": {"attributes": {"iban": "DE02", "tier": 2}}}
status, first, _ = ask("switchboard-key", "POST", "/contacts", arrival)
assert status == 201, first
# The same contact again is the same contact.
status, again, _ = ask("switchboard-key", "POST", "/contacts", arrival)
assert (status, again["duplicate"]) == (200, True), again
status, me, _ = ask("ann-key", "GET", "/agents/me")
(offer,) = me["offers"]
assert (status, offer["contact"], me["state"]) == (200, "c1", "busy"), me
status, seen, _ = ask("switchboard-key", "GET", "/contacts/c1")
assert (seen["state"], seen["offers"]) == ("offered", [offer["id"]]), seen
refused(409, "not_your_offer", "bob-key", "POST", f"/offers/{offer['id']}/accept")
status, done, _ = ask("ann-key", "POST", f"/offers/{offer['id']}/accept")
assert status == 200, done
refused(409, "offer_ended", "ann-key", "POST", f"/offers/{offer['id']}/accept")
# Under a key a command may be repeated.
key = "0f9a1c1e-3a54-4d0c-9a53-2f7e53a0b1c2"
status, done, _ = ask("ann-key", "POST", "/contacts/c1/complete", Idempotency_Key=key)
assert status == 200, done
status, again, _ = ask("ann-key", "POST", "/contacts/c1/complete", Idempotency_Key=key)
assert (status, again["duplicate"]) == (200, True), again

# A supervisor reads its queue and gives a contact away; another's is not its business.
ask("switchboard-key", "POST", "/contacts", {"id": "c2", "queue": "orders"})
ask("switchboard-key", "POST", "/contacts", {"id": "c3", "queue": "bills"})
status, queues, _ = ask("eve-key", "GET", "/queues")
assert [queue["name"] for queue in queues] == ["bills"], queues
status, inside, _ = ask("eve-key", "GET", "/queues/bills/contacts")
assert [contact["id"] for contact in inside] == ["c3"], inside
refused(403, "forbidden", "eve-key", "GET", "/queues/orders/contacts")
refused(403, "forbidden", "eve-key", "GET", "/contacts/c2")
refused(403, "forbidden", "eve-key", "POST", "/contacts/c2/assign", {"agent": 0})
status, queues, _ = ask("wallboard-key", "GET", "/queues")
assert [queue["name"] for queue in queues] == ["bills", "orders"], queues

# What a key may not do is refused; what cannot be read says so; what is not there is not found.
refused(403, "forbidden", "ann-key", "POST", "/contacts/c2/complete")
refused(403, "forbidden", "ann-key", "POST", "/contacts/c3/withdraw")
refused(403, "forbidden", "ann-key", "POST", "/contacts", {"id": "c9", "queue": "bills"})
refused(403, "forbidden", "switchboard-key", "PUT", "/agents/me/presence", {"state": "offline"})
refused(403, "forbidden", "wallboard-key", "POST", "/contacts/c2/abandon")
refused(404, "unknown_queue", "switchboard-key", "POST", "/contacts", {"id": "c9", "queue": "refunds"})
refused(404, "unknown_contact", "switchboard-key", "POST", "/contacts/c9/abandon")
refused(404, "unknown_contact", "switchboard-key", "GET", "/contacts/c9")
refused(404, "no_such_path", "switchboard-key", "GET", "/nothing")
refused(400, "unreadable", "switchboard-key", "POST", "/contacts", {"id": "c9"})
refused(400, "unreadable", "switchboard-key", "POST", "/contacts", {"id": "c9", "queue": "bills", "x": 1})
refused(400, "unreadable", "ann-key", "POST", "/contacts/c1/complete", Idempotency_Key="not a key")
refused(400, "unreadable", "wallboard-key", "GET", "/events", Last_Event_ID="yesterday")
refused(422, "invalid_id", "switchboard-key", "POST", "/contacts", {"id": "x" * 39, "queue": "bills"})
large = {"attributes": {f"a{number}": 1 for number in range(65)}}
refused(
    422, "too_large", "switchboard-key", "POST", "/contacts", {"id": "c9", "queue": "bills", "details": large}
)
status, _, _ = ask("switchboard-key", "POST", "/contacts/c2/abandon")
assert status == 200

# The events: all of them, in order; then from where a reader broke off. What is private is not in them.
status, done, _ = ask("switchboard-key", "POST", "/contacts/c3/withdraw")
told = events(done["seq"], path="/events?from=1")
assert [number for number, _, _ in told] == list(range(1, done["seq"] + 1)), told
names = [name for _, name, _ in told]
assert names[0] == "Configured", names
assert "OfferAccepted" in names, names
assert "DE02" not in json.dumps([data for _, _, data in told])
assert "[private]" in json.dumps(told)
half = done["seq"] // 2
rest = events(done["seq"], Last_Event_ID=str(half))
assert rest == told[half:], rest

sys.stdout.write("the morning went as it should\n")
