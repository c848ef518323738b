"""One page a scan: the question, the PIN, the answer; and nobody else's."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import PIN, START_MS, TOKEN
from tests.wallet.phone import Phone, asked
from vendor_sim.kernel.limits import PIN_LOCK_MS
from vendor_sim.wire.qr import Foreign


def test_the_question_names_merchant_product_and_amount(pete, phone):
    page = phone.see(asked(pete, phone))
    assert page.status_code == 200
    for words in ("Lobby machine", "Cola", "¥3.50"):
        assert words in page.text


def test_paying_by_script(pete, phone):
    url = asked(pete, phone)
    answer = phone.post(f"{url}/approve", {"pin": PIN})
    assert (answer.status_code, answer.json["scan"]["state"]) == (200, "approved")
    pete.run()
    state = phone.client.get(f"{url}.json").json
    assert (state["scan"]["state"], state["scan"]["money"]) == ("paid", "held")
    assert state["told"]["view"] == "held"
    assert state["wallet"]["held_minor"] == 350
    assert state["now_ms"] == START_MS
    assert "Held" in phone.see(url).text


def test_paying_by_form(pete, phone):
    url = asked(pete, phone)
    answer = phone.submit(f"{url}/approve", pin=PIN)
    assert (answer.status_code, answer.location) == (303, url)
    pete.run()
    assert "Held" in phone.see(url).text
    assert "Cola" in phone.see("/wallet/").text


def test_a_wrong_pin_by_form_shows_the_pad_again(pete, phone):
    url = asked(pete, phone)
    answer = phone.submit(f"{url}/approve", pin="987654")
    assert answer.status_code == 403
    assert "2 tries left" in answer.text
    assert "987654" not in answer.text


def test_a_wrong_pin_by_script_is_told_with_what_is_left(pete, phone):
    url = asked(pete, phone)
    said = [phone.post(f"{url}/approve", {"pin": "987654"}).json["error"] for _ in range(4)]
    assert [error["code"] for error in said] == [
        "wrong_pin",
        "wrong_pin",
        "pin_locked",
        "pin_locked",
    ]
    assert "2 tries left" in said[0]["message"]
    assert "1 try left" in said[1]["message"]
    assert "60 seconds" in said[2]["message"]
    assert said[3]["transient"] is True
    assert "987654" not in str(said)
    state = phone.client.get(f"{url}.json").json
    assert state["pin"] == {"tries_left": None, "locked_until_ms": START_MS + PIN_LOCK_MS}
    assert state["scan"]["state"] == "asking"


def test_a_yes_that_comes_too_late_is_explained(pete, phone):
    url = asked(pete, phone)
    pete.clock.advance_to(START_MS + 120_000)
    answer = phone.post(f"{url}/approve", {"pin": PIN})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "expired")
    assert answer.json["error"]["message"]
    assert phone.submit(f"{url}/approve", pin=PIN).status_code == 303


@pytest.mark.parametrize("body", [{}, {"pin": ""}, {"pin": 123456}, {"pin": "1" * 13}])
def test_a_yes_in_a_wrong_shape_is_refused_and_counts_as_no_try(pete, phone, body):
    url = asked(pete, phone)
    answer = phone.post(f"{url}/approve", body)
    assert answer.status_code == 422
    assert "1" * 13 not in answer.text
    assert pete.service.pin_state("pete")["wrong_pins"] == 0


def test_saying_no(pete, phone):
    url = asked(pete, phone)
    assert phone.post(f"{url}/decline", {}).json["scan"]["state"] == "declined"
    again = asked(pete, phone)
    assert phone.submit(f"{again}/decline").location == again
    assert "Nothing was taken" in phone.see(again).text
    pete.run()
    assert pete.ledger.declines == [TOKEN, TOKEN]


def test_a_no_that_comes_too_late_leads_to_what_happened(pete, phone):
    url = asked(pete, phone)
    phone.post(f"{url}/approve", {"pin": PIN})
    assert phone.post(f"{url}/decline", {}).status_code == 409
    assert phone.submit(f"{url}/decline").status_code == 303


def test_a_wallet_sees_only_its_own_scans(pete, phone):
    url = asked(pete, phone)
    pete.open("sandrine")
    other = Phone(pete)
    other.sign_in("sandrine")
    for answer in (
        other.see(url),
        other.client.get(f"{url}.json"),
        other.client.get(f"{url}/events"),
        other.post(f"{url}/approve", {"pin": PIN}),
        other.post(f"{url}/decline", {}),
        other.submit(f"{url}/approve", pin=PIN),
        other.submit(f"{url}/decline"),
    ):
        assert answer.status_code == 404
    assert pete.service.pin_state("sandrine")["wrong_pins"] == 0
    assert other.client.get("/wallet/home.json").json["scans"] == []


def test_every_foreign_code_is_explained_in_its_own_words(phone):
    """One sentence a kind: what it is, and why it is not paid here."""
    sentences = set()
    for kind, code in SAMPLES.items():
        url = phone.post("/wallet/scans", {"code": code}).json["url"]
        state = phone.client.get(f"{url}.json").json
        assert (state["scan"]["foreign"], state["scan"]["reason"]) == (kind.value, "foreign_code")
        assert state["told"]["title"] == "Not a code of ours"
        assert len(state["told"]["sentence"]) > 20
        sentences.add(state["told"]["sentence"])
    assert set(SAMPLES) == set(Foreign) - {Foreign.EMPTY}
    assert len(sentences) == len(SAMPLES)


SAMPLES = {
    Foreign.WECHAT: "weixin://wxpay/bizpayurl?pr=abc",
    Foreign.WECHAT_PAYMENT_CODE: "134567890123456789",
    Foreign.ALIPAY: "https://qr.alipay.com/abc",
    Foreign.EMV: "00020101021126" + "0" * 20 + "6304ABCD",
    Foreign.UPI: "upi://pay?pa=a@b",
    Foreign.EPC: "BCD\n002\n1\nSCT\n",
    Foreign.SWISS: "SPC\n0200\n1\n",
    Foreign.BITCOIN: "bitcoin:abc",
    Foreign.WIFI: "WIFI:S:x;;",
    Foreign.CONTACT: "MECARD:N:x;;",
    Foreign.WEB_ADDRESS: "https://example.org",
    Foreign.NUMBER: "4006381333931",
    Foreign.TEXT: "hello",
}
