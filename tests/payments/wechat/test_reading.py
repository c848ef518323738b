"""What a request says: its body read strictly, its target as it came."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.gates import gate_of
from tests.payments.wechat.shop import environ_of
from vendor_sim.payments.wechat import reading
from vendor_sim.payments.wechat.gate import Answer, Call

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall, Shop

GARBAGE = [
    *(b"", b"x", b"[]", b"1", b'"a"', b"null", b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b"\xff"),
    *(b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b'{"a":' * 9 + b"1" + b"}" * 9, b"[" * 15_000),
    *(b'{"a":1.5,"b":"\\u0000"}', b'{"a":1.5,"b":' + b"[" * 8 + b"]" * 8 + b"}"),
    *(b'{"a":1.5,"a":1}', b'{"a":' + b"1" * 5_000 + b"}", b'{"\\u0000":1.5}'),
    b'{"a":"' + b"x" * 16_384 + b'"}',
]


@pytest.mark.parametrize("body", GARBAGE, ids=lambda body: repr(body[:20]))
def test_a_body_that_is_no_json_object_is_a_param_error(mall: Mall, body: bytes) -> None:
    shop = gate_of(mall, lambda _: Answer({"ok": True}), "POST")
    reply = shop.post("/v3/thing/x", body) if len(body) < 16_385 else send_long(shop, body)
    assert (reply.status, reply.code) == (400, "PARAM_ERROR")
    assert reply.document["detail"] == {"location": "body"}


def send_long(shop: Shop, body: bytes) -> Any:
    """Only so much of it is read, so only so much can be signed."""
    return shop.post("/v3/thing/x", body, sign={"body": body[:16_385]})


def test_numbers_are_left_to_the_field_rules(mall: Mall) -> None:
    bodies: list[Any] = []

    def keep(call: Call) -> Answer:
        bodies.append(call.body)
        return Answer()

    shop = gate_of(mall, keep, "POST")
    shop.post(
        "/v3/thing/x", b'{"a":110.00000000000001,"b":[1e2,{"c":"x"}],"d":99999999999999999999}'
    )
    assert bodies == [
        {"a": 110.00000000000001, "b": [100.0, {"c": "x"}], "d": 99999999999999999999}
    ]


def test_a_server_that_gives_no_raw_target_gets_one_made() -> None:
    environ = environ_of("GET", "", "/v3/a%7Cb%E5%8F%AF?x=%20", b"", {}, "h")
    for name in ("RAW_URI", "REQUEST_URI"):
        del environ[name]
    assert reading.target_of(environ) == "/v3/a|b%E5%8F%AF?x=%20"
    assert reading.target_of({**environ, "QUERY_STRING": ""}) == "/v3/a|b%E5%8F%AF"
    assert reading.target_of({"RAW_URI": "http://host"}) == "/"
    assert reading.path_of({"PATH_INFO": "/v3/\xff"}) == "/v3/\ufffd"


def test_a_body_is_read_as_far_as_it_is_said_to_be() -> None:
    environ = environ_of("POST", "/v3/x", "/v3/x", b"12345", {}, "h")
    assert reading.read({**environ, "CONTENT_LENGTH": "3"}, 1).body == b"123"
    environ["wsgi.input"] = BytesIO(b"12345")
    assert reading.read({**environ, "CONTENT_LENGTH": ""}, 1).body == b"12345"
    environ["wsgi.input"] = BytesIO(b"12345")
    unbounded = {**environ, "CONTENT_LENGTH": "", "wsgi.input_terminated": False}
    assert reading.read(unbounded, 1).body == b""
    environ["wsgi.input"] = BytesIO(b"x" * 20_000)
    assert len(reading.read({**environ, "CONTENT_LENGTH": "20000"}, 1).body) == 16_385
