"""Orders and notifications of WeChat Pay, on the pages that all intents and notices have."""

from __future__ import annotations

import re

import pytest

from tests.payments.conftest import SECRET
from tests.payments.console_rig import open_desk
from tests.payments.wechat.mall import CERT, PUBKEY, REFUND_MS
from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.payments.assembly import ProviderSeed


@pytest.fixture
def desk():
    with open_desk() as made:
        yield made


def newest(desk, what):
    """The page of the newest intent or notice."""
    page = desk.shown("/ledger/" if what == "intents" else f"/ledger/{what}")
    return desk.shown(re.search(rf'href="(/ledger/{what}/[^"]+)"', page)[1])


def fact(page, name):
    """What stands beside a word of v3."""
    found = re.search(rf"<dt>{name}</dt><dd[^>]*>(?:<a[^>]*>)?(.*?)(?:</a>)?</dd>", page)
    return found[1]


def test_an_order_shows_what_v3_calls_it(desk):
    desk.mall.shop.native("order-000001", attach="table 7")
    page = newest(desk, "intents")
    assert ">NOTPAY<" in page
    assert fact(page, "out_trade_no") == "order-000001"
    assert fact(page, "transaction_id") == "\N{EN DASH}"
    assert fact(page, "trade_type") == "NATIVE"
    assert fact(page, "attach") == "table 7"
    assert fact(page, "notify_url") == "http://shop.test/hooks/wechat"
    assert fact(page, "mchid") == PUBKEY
    assert "the merchant asked to collect" in page


def test_a_paid_order_shows_its_number_and_its_fee(desk):
    desk.mall.sold(total=10_000)
    page = newest(desk, "intents")
    assert ">SUCCESS<" in page
    assert fact(page, "transaction_id") == desk.mall.shop.query().document["transaction_id"]
    assert "¥0.60" in fact(page, "Fee")
    assert "attach" in page


def test_a_refunded_order_shows_v3s_names_of_the_refund(desk):
    desk.mall.sold(total=10_000)
    reply = desk.mall.shop.refund("back-1", refund=5_000, total=10_000)
    desk.mall.pass_ms(REFUND_MS)
    page = newest(desk, "intents")
    assert ">REFUND<" in page
    assert "back-1" in page
    assert reply.document["refund_id"] in page
    assert "¥0.30 of it returned" in fact(page, "Fee")


def test_an_abnormal_refund_is_told_in_words(desk):
    desk.mall.behave(refund="abnormal")
    desk.mall.sold()
    desk.mall.shop.refund()
    desk.mall.pass_ms(REFUND_MS)
    assert "abnormal" in newest(desk, "intents")


def test_an_order_whose_refund_was_given_up_stays_refunded(desk):
    desk.mall.behave(refund="closed")
    desk.mall.sold()
    desk.mall.shop.refund()
    desk.mall.pass_ms(REFUND_MS)
    assert ">REFUND<" in newest(desk, "intents")


def test_every_code_of_an_order_is_shown_with_how_it_ended(desk):
    first = desk.mall.shop.native("order-000001").document["code_url"]
    assert "in force" in newest(desk, "intents")
    desk.mall.pass_ms(2 * HOUR_MS)
    assert "ran out" in newest(desk, "intents")
    second = desk.mall.shop.native("order-000001").document["code_url"]
    page = newest(desk, "intents")
    assert first != second
    assert page.index(first) < page.index("replaced") < page.index(second) < page.index("in force")
    desk.mall.shop.close()
    assert "over" in newest(desk, "intents")


def test_an_intent_of_v1_shows_none_of_it(platform):
    from tests.payments.console_rig import HTML, sign_in  # noqa: PLC0415 - one test needs it

    intent = platform.open_intent()
    client = platform.payments.app.test_client()
    sign_in(client)
    page = client.get(f"/ledger/intents/{intent.id}", headers=HTML).text
    assert "the machine asked to collect" in page
    assert "out_trade_no" not in page


def test_a_notification_is_shown_as_sent_and_decrypted(desk):
    desk.mall.sold("order-000042")
    desk.mall.tick()
    page = newest(desk, "notices")
    assert "ciphertext" in page
    assert "&#34;out_trade_no&#34;: &#34;order-000042&#34;" in page
    assert "s public key" in page
    assert desk.mall.shop.secrets.public_key_id in page
    assert f'href="/ledger/merchants/{PUBKEY}"' in page
    assert "http://shop.test/hooks/wechat" in page
    assert "SIGNTEST" not in page


def test_a_probe_is_marked(desk):
    desk.mall.behave(notify="signtest")
    desk.mall.hook.status = 401
    desk.mall.sold()
    desk.mall.tick()
    desk.mall.hook.status = 204
    desk.mall.pass_ms(60_000)
    assert newest(desk, "notices").count('problem">SIGNTEST<') == 1


def test_a_certificates_signature_is_named(desk):
    shop = desk.mall.shops[CERT]
    desk.mall.pay(shop.native("order-000001").document["code_url"])
    desk.mall.tick()
    assert "s certificate" in newest(desk, "notices")


def test_one_that_cannot_be_decrypted_any_more_is_shown_as_sent(desk):
    desk.mall.sold()
    window = desk.mall.wechat.window
    assert window.opened(CERT, "{}") is None
    assert window.opened("1999999999", "{}") is None
    assert window.opened(PUBKEY, "no JSON") is None


def test_other_dialects_notices_are_left_alone():
    wallet = ProviderSeed("wallets", "Wallets", "key-p1", "http://wallet.test/hook", (SECRET,))
    with open_desk(providers=(wallet,)) as desk:
        desk.mall.sold()
        desk.mall.shop.refund()
        desk.mall.pass_ms(REFUND_MS)
        listed = desk.shown("/ledger/notices")
        pages = [desk.shown(link) for link in re.findall(r'href="(/ledger/notices/[^"]+)"', listed)]
    ours = [page for page in pages if "webhook-id" in page]
    assert ours
    for page in pages:
        assert ("Its resource, decrypted" in page) == (page not in ours)
        assert ("Signed with" in page) == (page not in ours)


def test_what_is_no_order_of_v3_is_none(desk):
    assert desk.mall.wechat.window.order("in_1") is None
