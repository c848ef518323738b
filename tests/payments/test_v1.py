"""The API against everything that is not as it should be: a clear answer, nothing written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from vendor_sim.kernel.limits import BODY_BYTES_MAX
from vendor_sim.kernel.problems import STATUS, Code
from vendor_sim.payments.app.routes import ROUTES

if TYPE_CHECKING:
    from tests.payments.conftest import Platform

GOOD = {"order_ref": "o", "amount_minor": 350, "currency": "CNY", "description": "Cola"}
KEY = {"Authorization": "Bearer key-m1", "Idempotency-Key": "k"}


def ask(
    platform: Platform,
    body: bytes | dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    path: str = "/v1/intents",
    method: str = "POST",
) -> tuple[int, Any]:
    raw = json.dumps(body).encode() if isinstance(body, dict) else body
    given = KEY if headers is None else headers
    answer = platform.payments.app.test_client().open(
        path, method=method, data=raw, headers=given, content_type="application/json"
    )
    return answer.status_code, json.loads(answer.data)


def is_problem(answer: tuple[int, Any], code: Code, where: str | None = None) -> bool:
    status, body = answer
    error = body["error"]
    assert set(body) == {"error"}
    assert set(error) == {"code", "message", "where", "transient"}
    assert (status, error["code"]) == (STATUS[code], code.value), error
    return where is None or error["where"] == where


def raw(field: str, value: str) -> bytes:
    """A good body in which one field holds this piece of JSON."""
    return json.dumps({**GOOD, field: "HERE"}).replace('"HERE"', value).encode()


BODIES: list[tuple[str, bytes | None, Code, str | None]] = [
    ("no body", None, Code.MALFORMED, None),
    ("no JSON", b"amount=350", Code.MALFORMED, None),
    ("half", b'{"order_ref": "o"', Code.MALFORMED, None),
    ("a list", b"[]", Code.MALFORMED, None),
    ("a number", b"1", Code.MALFORMED, None),
    ("null", b"null", Code.MALFORMED, None),
    ("not UTF-8", b'{"order_ref": "\xff"}', Code.MALFORMED, None),
    ("UTF-16", json.dumps(GOOD).encode("utf-16"), Code.MALFORMED, None),
    ("deep", b"[" * 100_0 + b"]" * 100_0, Code.MALFORMED, None),
    ("deep in a field", raw("amount_minor", "[" * 20 + "]" * 20), Code.MALFORMED, None),
    ("big", b'{"order_ref": "' + b"x" * BODY_BYTES_MAX + b'"}', Code.TOO_LARGE, None),
    ("very big", b" " * 3_000_000, Code.TOO_LARGE, None),
    ("duplicate key", b'{"amount_minor": 1, "amount_minor": 2}', Code.MALFORMED, None),
    ("NaN", raw("amount_minor", "NaN"), Code.MALFORMED, None),
    ("Infinity", raw("amount_minor", "-Infinity"), Code.MALFORMED, None),
    ("float", raw("amount_minor", "3.5"), Code.MALFORMED, None),
    ("exponent", raw("amount_minor", "1e3"), Code.MALFORMED, None),
    ("whole float", raw("amount_minor", "350.0"), Code.MALFORMED, None),
    ("2^63", raw("amount_minor", str(2**63)), Code.MALFORMED, None),
    ("5000 digits", raw("amount_minor", "9" * 5_000), Code.MALFORMED, None),
    ("beyond the limit", raw("amount_minor", str(2**63 - 1)), Code.INVALID, "amount_minor"),
    ("negative", raw("amount_minor", "-350"), Code.INVALID, "amount_minor"),
    ("zero", raw("amount_minor", "0"), Code.INVALID, "amount_minor"),
    ("a bool", raw("amount_minor", "true"), Code.INVALID, "amount_minor"),
    ("a text", raw("amount_minor", '"350"'), Code.INVALID, "amount_minor"),
    ("null amount", raw("amount_minor", "null"), Code.INVALID, "amount_minor"),
    ("NUL", raw("description", r'"a\u0000"'), Code.MALFORMED, None),
    ("lone surrogate", raw("description", r'"\ud800"'), Code.MALFORMED, None),
    ("lone surrogate key", rb'{"\udfff": 1}', Code.MALFORMED, None),
    ("unknown field", json.dumps({**GOOD, "tip": 1}).encode(), Code.INVALID, "tip"),
    ("missing field", b'{"amount_minor": 1}', Code.INVALID, "order_ref"),
    ("full-width digits", raw("order_ref", '"\uff11"'), Code.INVALID, "order_ref"),
    ("newline at the end", raw("order_ref", r'"o\n"'), Code.INVALID, "order_ref"),
]


@pytest.mark.parametrize(
    ("body", "code", "where"), [line[1:] for line in BODIES], ids=[line[0] for line in BODIES]
)
def test_a_wrong_body_is_refused_and_nothing_written(
    platform: Platform, body: bytes | None, code: Code, where: str | None
) -> None:
    assert is_problem(ask(platform, body), code, where)
    assert platform.payments.service.browsing.intents() == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "é"])
def test_the_bytes_count_not_what_they_are_called(platform: Platform, content_type: str) -> None:
    client = platform.payments.app.test_client()
    answer = client.post(
        "/v1/intents", data=json.dumps(GOOD), headers=KEY, content_type=content_type
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_form_is_no_json(platform: Platform, content_type: str) -> None:
    client = platform.payments.app.test_client()
    answer = client.post("/v1/intents", data="a=1", headers=KEY, content_type=content_type)
    assert is_problem((answer.status_code, json.loads(answer.data)), Code.MALFORMED)


AUTHORIZATIONS = [
    *("", "Bearer", "Bearer ", "Bearer  key-m1", "Basic a2V5", "key-m1", "Bearer nobody"),
    *(
        "Bearer key-m1 ",
        "Bearer key-m1,key-m2",
        "Bearer key-é",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 5000,
    ),
    *('Digest username="a"', "Bearer key-m1\tx", "Token key-m1", "Bearer ²"),
]


@pytest.mark.parametrize("value", AUTHORIZATIONS)
def test_a_wrong_authorization_is_unauthenticated(platform: Platform, value: str) -> None:
    headers = {"Authorization": value, "Idempotency-Key": "k"}
    assert is_problem(ask(platform, GOOD, headers), Code.UNAUTHENTICATED, "Authorization")


def test_no_authorization_is_unauthenticated(platform: Platform) -> None:
    assert is_problem(ask(platform, GOOD, {}), Code.UNAUTHENTICATED, "Authorization")


@pytest.mark.parametrize("value", [None, "", " ", "a b", "é", "k" * 129, "²", "a\tb"])
def test_a_missing_or_odd_idempotency_key_is_named(platform: Platform, value: str | None) -> None:
    headers = {"Authorization": "Bearer key-m1"}
    headers |= {} if value is None else {"Idempotency-Key": value}
    assert is_problem(ask(platform, GOOD, headers), Code.INVALID, "Idempotency-Key")


def test_an_authorisation_id_is_an_id(platform: Platform) -> None:
    body = {"code": "x", "account": "a", "amount_minor": 1, "currency": "CNY"}
    for key in ("a/b", "k" * 65):
        headers = {"Authorization": "Bearer key-p1", "Idempotency-Key": key}
        answer = ask(platform, body, headers, "/v1/authorisations")
        assert is_problem(answer, Code.INVALID, "Idempotency-Key")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_needs_a_key_of_the_right_role_and_says_so(platform: Platform, route) -> None:
    path = re.sub(r"{\w+}", "x_1", route.path)
    bare = ask(platform, None, {}, path, route.method)
    assert is_problem(bare, Code.UNAUTHENTICATED, "Authorization")
    keys = {"merchant": "key-m1", "provider": "key-p1"}
    for role, key in keys.items():
        if role not in route.who:
            other = ask(platform, None, {"Authorization": f"Bearer {key}"}, path, route.method)
            assert is_problem(other, Code.FORBIDDEN)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{" in route.path], ids=lambda route: route.name
)
@pytest.mark.parametrize(
    "part", ["%00", "%ff", "a%20b", "%F0%9F%8D%BA", "x" * 129, "..%2f", "%ED%A0%80"]
)
def test_an_odd_id_in_a_path_is_not_found(platform: Platform, route, part: str) -> None:
    path = re.sub(r"{\w+}", part, route.path)
    headers = {"Idempotency-Key": "k", "Authorization": "Bearer key-m1"}
    if "merchant" not in route.who:
        headers["Authorization"] = "Bearer key-p1"
    bodies = {
        "fulfil": {"drop": "dropped"},
        "refund": {"amount_minor": 1},
        "top_up": {"amount_minor": 1},
    }
    body = bodies.get(route.name, {}) if route.method == "POST" else None
    where = None if "%2f" in part else re.findall(r"{(\w+)}", route.path)[0]
    assert is_problem(ask(platform, body, headers, path, route.method), Code.NOT_FOUND, where)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?order_ref=",
        "?order_ref=%00",
        "?order_ref=a&order_ref=b",
        "?order_ref=o&x=1",
        "?order_ref=%ff",
        "?order_ref=a%0a",
    ],
)
def test_a_wrong_query_is_invalid(platform: Platform, query: str) -> None:
    assert is_problem(ask(platform, None, KEY, f"/v1/intents{query}", "GET"), Code.INVALID)


def test_unknown_paths_and_methods_are_told_in_the_one_shape(platform: Platform) -> None:
    assert is_problem(ask(platform, GOOD, KEY, "/v1/nothing"), Code.NOT_FOUND)
    assert is_problem(ask(platform, GOOD, KEY, "/v1/intents//close"), Code.NOT_FOUND)
    assert is_problem(ask(platform, GOOD, KEY, "/v1/intents", "DELETE"), Code.METHOD_NOT_ALLOWED)


def test_answers_may_not_be_kept_and_health_is_open(platform: Platform) -> None:
    client = platform.payments.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.post("/v1/intents", data=json.dumps(GOOD), headers=KEY)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Vendor-Sim-Wrote" not in answer.headers


def test_a_trace_says_what_was_written(platform: Platform) -> None:
    platform.payments.app.config["TRACE_WRITES"] = True
    client = platform.payments.app.test_client()
    answer = client.post("/v1/intents", data=json.dumps(GOOD), headers=KEY)
    assert "insert intent" in answer.headers["Vendor-Sim-Wrote"]


def test_keys_are_kept_as_hashes_only(platform: Platform) -> None:
    rows = platform.door.read(lambda cx: cx.execute(text("SELECT * FROM party")).all())
    assert len(rows) == 4
    for key in ("key-m1", "key-m2", "key-p1", "key-p2"):
        assert key not in str(rows)
