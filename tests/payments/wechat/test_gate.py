"""The door of /v3: routes, headers, answers, provoked behaviour, and everything that goes wrong."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.gates import gate_of
from tests.payments.wechat.mall import CERT, PUBKEY, make_mall
from tests.payments.wechat.shop import environ_of, write
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat import problems, reading
from vendor_sim.payments.wechat.gate import Answer, Call
from vendor_sim.storage.database import WROTE

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall, Shop

QUERY = f"/v3/pay/transactions/out-trade-no/order-000001?mchid={PUBKEY}"


# -- routes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/v3", "/v3/", "/v3/pay", "/v3/certificates/", "/v3/pay/transactions/out-trade-no/"]
)
def test_an_unknown_path_is_404_with_an_empty_body(shop: Shop, path: str) -> None:
    reply = shop.send("GET", path, b"", {})
    assert (reply.status, reply.raw) == (404, b"")
    assert reply.headers["content-length"] == "0"
    assert "content-type" not in reply.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_a_wrong_method_is_405_with_an_empty_body(shop: Shop, method: str) -> None:
    reply = shop.send(method, QUERY, b"", {})
    assert (reply.status, reply.raw, reply.headers["allow"]) == (405, b"", "GET")
    reply = shop.send("GET", "/v3/pay/transactions/native", b"", {})
    assert (reply.status, reply.raw, reply.headers["allow"]) == (405, b"", "POST")


def test_everything_else_is_answered_by_the_application_behind(mall: Mall, shop: Shop) -> None:
    assert shop.send("GET", "/healthz", b"", {}).document == {"status": "ok"}
    assert shop.send("GET", "/v1/intents", b"", {}).status == 401
    assert shop.send("GET", "/v33", b"", {}).status == 404
    assert (
        gate_of(mall, lambda _: Answer()).send("GET", "/v30", b"", {}).raw == b"nobody routed this"
    )


def test_without_the_dialect_there_is_no_v3() -> None:
    made = make_mall()
    bare = make_bare()
    environ = environ_of("GET", QUERY, QUERY, b"", {}, "x")
    assert b"".join(bare.app.wsgi_app(environ, lambda *_: None))
    started: list[str] = []
    bare.app.wsgi_app(
        {**environ, "wsgi.input": BytesIO()}, lambda status, *_: started.append(status)
    )
    assert started == ["404 NOT FOUND"]
    with pytest.raises(LookupError):
        _ = bare.wechat
    made.door.close()


def make_bare() -> Any:
    from tests.payments.conftest import make_platform  # noqa: PLC0415 - this test's alone

    return make_platform().payments


# -- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", ["User-Agent", "Accept"])
def test_certificates_and_refunds_want_a_user_agent_and_an_accept(
    mall: Mall, left_out: str
) -> None:
    shop = mall.shops[CERT]
    wanted = (400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent")
    refund = {"out_trade_no": "x"}
    for reply in (
        shop.get("/v3/certificates", headers={left_out: None, "Authorization": None}),
        shop.get("/v3/refund/domestic/refunds/r-1", headers={left_out: None}),
        shop.post("/v3/refund/domestic/refunds", refund, headers={left_out: ""}),
    ):
        assert reply.error == wanted
    assert mall.shop.native("order-000002").status == 200
    assert shop.get(QUERY.replace(PUBKEY, CERT), headers={left_out: None}).status == 404
    bill = shop.get("/v3/bill/tradebill?bill_date=2026-12-01", headers={left_out: None})
    assert bill.code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, a/b;q=0.1"])
def test_what_the_accept_says_does_not_matter(mall: Mall, accept: str) -> None:
    reply = mall.shops[CERT].get("/v3/certificates", headers={"Accept": accept})
    assert reply.status == 200


def test_answers_have_a_request_id_with_the_numeric_error(shop: Shop) -> None:
    assert re.fullmatch(r"[0-9A-F]{40}-0", shop.native().headers["request-id"])
    shop.close()
    again = shop.native()
    assert again.code == "ORDER_CLOSED"
    assert re.fullmatch(r"[0-9A-F]{40}-268447914", again.headers["request-id"])


def test_refused_signatures_of_transactions_have_no_request_id(shop: Shop) -> None:
    gone = {"Authorization": None}
    assert "request-id" not in shop.get(QUERY, headers=gone).headers
    refused = shop.get("/v3/refund/domestic/refunds/r-1", headers=gone)
    assert refused.headers["request-id"].endswith("-268443699")


def test_errors_are_not_signed(shop: Shop) -> None:
    for reply in (shop.get(QUERY), shop.get(QUERY, headers={"Authorization": None})):
        assert reply.status in {404, 401}
        assert not [name for name in reply.headers if name.startswith("wechatpay-")]
        assert reply.headers["content-type"].startswith("application/json")


def test_a_refused_signature_says_where_to_look(shop: Shop) -> None:
    shop.native()
    reply = shop.get(QUERY, sign={"body": b"x"})
    assert reply.headers["vendor-sim-inspect"] == "/ledger/wechat/requests/2"
    assert "vendor-sim-inspect" not in shop.get(QUERY).headers


def test_traced_answers_say_what_was_written(mall: Mall, shop: Shop) -> None:
    assert "vendor-sim-wrote" not in shop.native().headers
    traced = make_mall(trace_writes=True)
    wrote = traced.shop.native().headers["vendor-sim-wrote"]
    assert "insert intent" in wrote
    assert "insert wechat_order" in wrote
    assert "vendor-sim-wrote" not in traced.shop.query().headers
    traced.door.close()


# -- what handlers get and give -------------------------------------------------------------------


def test_a_call_has_everything_that_was_asked(mall: Mall) -> None:
    calls: list[Call] = []

    def keep(call: Call) -> Answer:
        calls.append(call)
        return Answer({"ok": True})

    shop = gate_of(mall, keep, "POST")
    target = "/v3/thing/a%20%E5%8F%AF?b=1&c=&b=2&d=%2B+x"
    shop.post(target, {"a": 1.5, "b": 2**80}, headers={"Wechatpay-Serial": "S"})
    call = calls[0]
    assert (call.merchant.mchid, call.party.id, call.method) == (PUBKEY, PUBKEY, "POST")
    assert (call.target, dict(call.ids)) == (target, {"name": "a 可"})
    assert dict(call.query) == {"b": "1", "c": "", "d": "+ x"}
    assert (call.body, call.serial) == ({"a": 1.5, "b": 2**80}, "S")
    assert (call.now_ms, call.base_url) == (mall.clock.now_ms(), "http://ledger.test:8000")
    assert call.behaviour == mall.wechat.merchants.behaviour(PUBKEY)


@pytest.mark.parametrize("host", sorted(reading.HOSTS))
def test_the_platforms_own_names_were_reached_by_tls(mall: Mall, host: str) -> None:
    bases: list[str] = []

    def keep(call: Call) -> Answer:
        bases.append(call.base_url)
        return Answer()

    shop = gate_of(mall, keep)
    shop.host = host
    shop.get("/v3/thing/x")
    shop.host = f"{host}:443"
    shop.get("/v3/thing/x")
    assert bases == [f"https://{host}", f"https://{host}:443"]


@pytest.mark.parametrize(
    ("answer", "status", "raw", "content_type", "signed"),
    [
        (Answer(), 204, b"", None, True),
        (Answer({"a": "可"}), 200, '{"a":"可"}'.encode(), "application/json", True),
        (Answer({}), 200, b"{}", "application/json", True),
        (Answer({"a": 1}, 202), 202, b'{"a":1}', "application/json", True),
        (Answer(status=202), 202, b"", None, True),
        (Answer({"a": 1}, 400), 400, b'{"a":1}', "application/json", False),
        (
            Answer(raw=b"bill", content_type="text/plain", signed=False),
            200,
            b"bill",
            "text/plain",
            False,
        ),
        (Answer(raw=b"", content_type="text/plain"), 200, b"", None, True),
    ],
)
def test_answers_are_written_and_signed(
    mall: Mall, answer: Answer, status: int, raw: bytes, content_type: str | None, signed: bool
) -> None:
    shop = gate_of(mall, lambda _: answer)
    reply = shop.get("/v3/thing/x", verify=False)
    assert (reply.status, reply.raw) == (status, raw)
    assert reply.headers.get("content-type") == content_type
    assert reply.headers["content-length"] == str(len(raw))
    assert (shop.why_not(reply) is None) is signed


def test_a_body_of_a_get_is_signed_and_nothing_else(mall: Mall) -> None:
    shop = gate_of(mall, lambda call: Answer({"body": call.body}))
    assert shop.call("GET", "/v3/thing/x", b"not json").document == {"body": None}
    assert shop.call("GET", "/v3/thing/x", b"y", sign={"body": b""}).status == 401


# -- what goes wrong ------------------------------------------------------------------------------


def test_an_error_that_is_a_success_of_http_is_signed(mall: Mall) -> None:
    def wait(_call: Call) -> Answer:
        raise problems.user_paying()

    reply = gate_of(mall, wait).get("/v3/thing/x")
    assert reply.error == (202, "USERPAYING", "需要用户输入支付密码")
    assert mall.shop.why_not(reply) is None


def test_a_bug_is_a_system_error_and_is_logged(
    mall: Mall, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_call: Call) -> Answer:
        raise ZeroDivisionError("a bug")

    with caplog.at_level(logging.ERROR, "vendor_sim"):
        reply = gate_of(mall, fail).get("/v3/thing/x")
    assert reply.error == (500, "SYSTEM_ERROR", "系统错误")
    assert "GET /v3/thing/x failed" in caplog.text
    assert "a bug" in caplog.text


@pytest.mark.parametrize(("code", "logged"), [(Code.UNAVAILABLE, False), (Code.WRONG_STATE, True)])
def test_a_refusal_that_nobody_told_in_v3_is_a_system_error(
    mall: Mall, caplog: pytest.LogCaptureFixture, code: Code, logged: bool
) -> None:
    def fail(_call: Call) -> Answer:
        raise Refused(code, "the database did not answer")

    with caplog.at_level(logging.ERROR, "vendor_sim"):
        reply = gate_of(mall, fail).get("/v3/thing/x")
    assert reply.error == (500, "SYSTEM_ERROR", "系统错误")
    assert bool(caplog.records) is logged


def test_what_was_written_is_noted_for_each_request_alone(mall: Mall) -> None:
    mall.shop.native()
    assert WROTE.get()
    mall.shop.query()
    assert WROTE.get() == []


def test_writes_are_read_from_the_wire(shop: Shop) -> None:
    assert write({"a": "可/"}) == '{"a":"可/"}'.encode()
    assert shop.native().raw.startswith(b'{"code_url":"weixin://wxpay/bizpayurl?pr=')
