"""The request inspector: at a glance, why a signature failed."""

from __future__ import annotations

import re

import pytest

from tests.payments.console_rig import HTML, open_desk
from tests.payments.wechat.mall import CERT, PUBKEY

LIST = "/ledger/wechat/requests"
NATIVE = "/v3/pay/transactions/native"


@pytest.fixture
def desk():
    with open_desk() as made:
        yield made


def told(page, what):
    """The sentence of that class on the page."""
    return re.search(rf'<p class="{what}"[^>]*>(.*?)</p>', page, re.DOTALL)[1]


def test_nobody_called_yet(desk):
    assert "Nobody has called yet." in desk.shown(LIST)


def test_requests_are_listed_newest_first(desk):
    desk.mall.shop.native("order-000001")
    desk.mall.shop.query("order-000009")
    desk.failed_request(sign={"body": b"{ }"})
    page = desk.shown(LIST)
    numbers = re.findall(r'href="/ledger/wechat/requests/(\d+)"', page)
    assert numbers == ["3", "2", "1"]
    for words in (NATIVE, PUBKEY, "ORDER_NOT_EXIST", "SIGN_ERROR", "404", "genuine"):
        assert words in page
    assert page.count('class="failed"') == 1


def test_a_caller_who_names_nobody_is_listed(desk):
    desk.mall.shop.send("GET", "/v3/certificates", b"", {"User-Agent": "x", "Accept": "*/*"})
    assert 'class="mono">\N{EN DASH}<' in desk.shown(LIST)
    page = desk.shown(f"{LIST}/1")
    assert "names no merchant" in page
    assert "there is no Authorization header" in page


def test_a_merchant_that_is_not_there_is_named_but_leads_nowhere(desk):
    page = desk.shown(desk.failed_request(sign={"mchid": "1999999999"}))
    assert "1999999999" in page
    assert 'href="/ledger/merchants/1999999999"' not in page


def test_a_body_that_was_written_twice_is_shown_beside_what_was_sent(desk):
    path = desk.failed_request(body=b'{"a":1}', sign={"body": b'{"a": 1}'})
    page = desk.shown(path)
    assert "serialised a second time" in told(page, "cause")
    assert "sign and send those very bytes" in told(page, "fix")
    assert page.count("the same</span>") == 4
    assert page.count("differs</span>") == 1
    marks = re.findall(r'<mark class="first">(?:<span[^>]*>[^<]*</span>)?([^<]*)', page)
    assert marks == ["1", "␣"]
    assert re.search(r"The first difference is byte \d+, counted from 0", page)


def test_line_feeds_can_be_seen(desk):
    page = desk.shown(desk.failed_request(body=b"{}", sign={"body": b"{}\n"}))
    assert "new line" in told(page, "cause") or "line feed" in told(page, "cause")
    assert page.count('aria-hidden="true">↵') == 11
    assert "no such line" in page


def test_what_came_is_shown_whole(desk):
    page = desk.shown(desk.failed_request(body=b'{"who":"<b>"}', sign={"body": b""}))
    assert "WECHATPAY2-SHA256-RSA2048 mchid=" in page
    assert "{&#34;who&#34;:&#34;&lt;b&gt;&#34;}" in page
    assert "13 bytes" in page


def test_where_another_key_signed_only_what_was_expected_is_known(desk):
    other = desk.mall.shops[CERT].secrets.private_key
    from vendor_sim.wire import wechatpay  # noqa: PLC0415 - one test needs it

    page = desk.shown(desk.failed_request(sign={"key": wechatpay.load_private_key(other)}))
    assert f"merchant {CERT} (Shop cert) signed" in told(page, "cause")
    assert "What was signed cannot be told here" in page
    assert "You signed" not in page
    assert "<mark" not in page


def test_a_query_that_was_not_signed_is_pointed_out(desk):
    target = f"/v3/pay/transactions/out-trade-no/order-000001?mchid={PUBKEY}"
    path = desk.failed_request(
        target, sent="GET", body=b"", sign={"target": target.partition("?")[0]}
    )
    page = desk.shown(path)
    assert told(page, "cause") == "the query was not signed"
    assert re.search(r'<tr class="differs first-row">\s*<th scope="row">Target', page)


def test_a_genuine_request_says_so(desk):
    desk.mall.shop.native("order-000001")
    assert "The signature is right" in desk.shown(f"{LIST}/1")


def test_a_request_that_was_refused_before_says_so(desk):
    desk.mall.shop.send("GET", "/v3/nowhere", b"", {})
    assert "The signature was not looked at" in desk.shown(f"{LIST}/1")


@pytest.mark.parametrize(
    "number", ["2", "0", "x", "-1", "1.5", "9" * 19, "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_request_nobody_remembers_is_not_found(desk, number):
    desk.mall.shop.native("order-000001")
    desk.shown(f"{LIST}/{number}", 404)


def test_the_page_of_a_request_does_not_ask_again(desk):
    page = desk.shown(desk.failed_request(sign={"body": b""}))
    assert "data-events" not in page
    assert "console.js" not in page


def test_the_list_hears_of_every_request(desk):
    assert "data-when-changed" in desk.shown(LIST)
    asked = []
    for number in (1, 2):
        asked.append(desk.client.get(f"{LIST}.json").get_json())
        desk.mall.shop.native(f"order-00000{number}")
    assert asked == [{"newest": 0}, {"newest": 1}]
    events = desk.client.get("/ledger/wechat/events")
    assert events.content_type.startswith("text/event-stream")
    assert "Vendor-Sim-Live" not in events.headers
    assert events.text.startswith("retry: ")


@pytest.mark.parametrize("path", [f"{LIST}.json", "/ledger/wechat/events", f"{LIST}/1"])
def test_a_stranger_hears_nothing(desk, path):
    stranger = desk.mall.payments.app.test_client()
    assert stranger.get(path).status_code == 401
    assert stranger.get(path, headers=HTML).status_code == 302
