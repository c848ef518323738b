"""The last requests are remembered, with why their signatures failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.payments.wechat.mall import CERT, PUBKEY
from vendor_sim.payments.wechat.gate import GENUINE, NOT_GENUINE, NOT_LOOKED_AT
from vendor_sim.payments.wechat.inspector import RECORDS_MAX

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall

QUERY = f"/v3/pay/transactions/out-trade-no/order-000001?mchid={PUBKEY}"


def test_every_request_leaves_a_record(mall: Mall) -> None:
    mall.shop.native()
    mall.shop.query("order-000009")
    mall.shop.get(QUERY, sign={"target": QUERY.partition("?")[0]})
    mall.shop.get(QUERY, headers={"Authorization": None})
    mall.shop.send("GET", "/v3/nothing", b"", {})
    mall.shops[CERT].get("/v3/certificates", headers={"Accept": None})
    seen = [
        (one.number, one.mchid, one.method, one.status, one.code, one.verdict)
        for one in reversed(mall.wechat.inspector.latest())
    ]
    assert seen == [
        (1, PUBKEY, "POST", 200, None, GENUINE),
        (2, PUBKEY, "GET", 404, "ORDER_NOT_EXIST", GENUINE),
        (3, PUBKEY, "GET", 401, "SIGN_ERROR", NOT_GENUINE),
        (4, None, "GET", 401, "SIGN_ERROR", NOT_GENUINE),
        (5, None, "GET", 404, None, NOT_LOOKED_AT),
        (6, CERT, "GET", 400, "INVALID_REQUEST", NOT_LOOKED_AT),
    ]
    assert mall.wechat.inspector.latest()[-1].target == "/v3/pay/transactions/native"
    assert {one.at_ms for one in mall.wechat.inspector.latest()} == {mall.clock.now_ms()}
    assert [one.number for one in mall.wechat.inspector.latest(CERT)] == [6]


def test_a_failed_signature_is_explained_and_a_right_one_needs_no_explanation(mall: Mall) -> None:
    inspector = mall.wechat.inspector
    mall.shop.native()
    reply = mall.shop.get(QUERY, sign={"target": QUERY.partition("?")[0]})
    number = int(reply.headers["vendor-sim-inspect"].rpartition("/")[2])
    record = inspector.get(number)
    assert record is not None
    found = inspector.diagnosis(record)
    assert found is not None
    assert found.cause == "the query was not signed"
    right = inspector.get(1)
    assert right is not None
    assert inspector.diagnosis(right) is None


def test_the_address_that_was_used_is_tried_as_well(mall: Mall) -> None:
    mall.shop.get(QUERY, sign={"target": f"http://{mall.shop.host}{QUERY}"})
    found = mall.wechat.inspector.diagnosis(mall.wechat.inspector.latest()[0])
    assert "the whole address was signed" in found.cause


def test_old_requests_are_forgotten(mall: Mall) -> None:
    for _ in range(RECORDS_MAX + 1):
        mall.shop.send("GET", "/v3/nothing", b"", {})
    inspector = mall.wechat.inspector
    assert len(inspector.latest()) == RECORDS_MAX
    assert inspector.get(1) is None
    assert inspector.get(2) is not None


def test_records_show_no_secret(mall: Mall) -> None:
    mall.shop.get(QUERY, sign={"body": b"x"})
    assert "signature" not in repr(mall.wechat.inspector.latest()[0])
