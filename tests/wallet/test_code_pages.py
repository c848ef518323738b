"""The page of the payment code, and what the other pages say of payments by code."""

from __future__ import annotations

import re

import pytest

from tests.wallet.fakes import PIN, PRICE, TOKEN, WECHAT
from tests.wallet.phone import HTML
from vendor_sim.kernel.problems import Code
from vendor_sim.web.live import HEADER

CODE = "/wallet/code"
DIGITS = "130000000000000000"
SECOND = 1_000


@pytest.fixture
def shown(pete, phone):
    """The page with a code on it."""
    assert phone.submit(CODE).location == CODE
    pete.run()
    return phone


def state_of(phone):
    return re.search(r'data-shown="(\w+)"', phone.see(CODE).text)[1]


def sentence(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_way_to_the_code_is_on_the_home_page(phone):
    assert f'action="{CODE}"' in phone.see("/wallet/").text
    assert "My code" in phone.see("/wallet/").text


def test_a_code_comes_on_a_wish_only(pete, phone):
    assert state_of(phone) == "nothing"
    pete.run()
    assert pete.ledger.presented == {}
    phone.submit(CODE)
    assert state_of(phone) == "wanted"


def test_the_code_is_shown_as_digits_bars_and_squares(shown):
    text = shown.see(CODE).text
    assert 'data-shown="ready"' in text
    assert re.findall(r"<span>(\d+)</span>", text) == ["1300", "0000", "0000", "0000", "00"]
    assert text.count('<svg class="bars"') == text.count('<svg class="matrix"') == 1
    assert "The next code comes in <b" in text
    assert ">60 s</b>" in text


def test_a_code_that_is_over_is_not_shown(pete, shown):
    pete.run(60_000)
    text = shown.see(CODE).text
    assert 'data-shown="nothing"' in text
    assert DIGITS[:4] + "</span>" not in text
    assert "Show a new code" in text


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([Code.MERCHANT_REFUSED], "There is no code for this wallet just now."),
        (["lost"] * 20, "The ledger service could not be reached."),
    ],
)
def test_a_code_nobody_gives_is_told(pete, phone, faults, words):
    pete.ledger.faults = faults
    phone.submit(CODE)
    pete.run(20_000)
    assert state_of(phone) == "refused"
    assert words in phone.see(CODE).text


def test_what_was_paid_is_shown_without_leaving_the_page(pete, shown):
    pete.ledger.charge(DIGITS)
    pete.run(SECOND)
    text = shown.see(CODE).text
    assert 'data-shown="outcome"' in text
    assert 'id="result" data-state="captured"' in text
    assert "Paid ✓" in text
    assert "¥3.50" in text
    assert "Lobby machine scanned your payment code and has the money." in text
    assert "¥96.50 available" in text


def test_an_amount_that_was_told_once_is_not_believed(pete, shown, monkeypatch):
    """The payer named none, so that nobody would notice another one."""
    told, wrong = pete.ledger._presented, ["once"]

    def dearer(auth_code):
        answer = told(auth_code)
        took = answer["authorisation"]
        if took and wrong and wrong.pop():
            return {**answer, "authorisation": {**took, "amount_minor": took["amount_minor"] + 1}}
        return answer

    monkeypatch.setattr(pete.ledger, "_presented", dearer)
    pete.ledger.charge(DIGITS)
    pete.run(SECOND)
    assert state_of(shown) == "ready"
    assert not wrong
    pete.run(10 * SECOND)
    assert "¥3.50" in shown.see(CODE).text


@pytest.mark.parametrize("fault", ["lost", Code.NOT_FOUND, Code.UNAVAILABLE])
def test_an_amount_that_cannot_be_asked_for_again_is_asked_for_later(pete, shown, fault):
    pete.ledger.charge(DIGITS)
    pete.ledger.faults = [None, fault]
    pete.run(SECOND)
    assert state_of(shown) == "ready"
    pete.run(10 * SECOND)
    assert "¥3.50" in shown.see(CODE).text


def test_what_a_till_did_not_get_is_shown(pete, shown):
    pete.ledger.fail(DIGITS, "insufficient_funds")
    pete.run(SECOND)
    text = shown.see(CODE).text
    assert 'data-reason="insufficient_funds"' in text
    assert "Nothing was taken" in text


def test_a_question_has_a_page_of_its_own(pete, shown):
    pete.ledger.ask_payer(DIGITS)
    pete.run(SECOND)
    answer = shown.see(CODE)
    scan_id = pete.service.waiting_confirmation("pete")
    assert (answer.status_code, answer.location) == (303, f"/wallet/s/{scan_id}")
    text = shown.see(answer.location).text
    assert "A shop asks you to confirm" in text
    assert 'id="asks"' in text
    assert 'data-way="presented"' in text


def test_an_answered_question_is_shown_as_any_outcome(pete, shown):
    pete.ledger.intents[TOKEN].takes = "at_once"
    pete.ledger.ask_payer(DIGITS)
    pete.run(SECOND)
    url = shown.see(CODE).location
    assert shown.post(f"{url}/approve", {"pin": PIN}).status_code == 200
    assert 'data-state="paying"' in shown.see(CODE).text
    pete.run()
    assert 'data-state="captured"' in shown.see(CODE).text


def test_an_old_outcome_makes_place(pete, shown):
    pete.ledger.charge(DIGITS)
    pete.run(61_000)
    assert state_of(shown) == "nothing"


def test_the_page_as_json(shown):
    document = shown.client.get("/wallet/code.json").json
    assert set(document) == {"shown", "code", "scan", "wallet", "now_ms", "rate"}
    assert (document["shown"], document["code"]["auth_code"]) == ("ready", DIGITS)


def test_the_page_listens_to_its_own_wallet(shown):
    assert shown.client.get("/wallet/code/events").headers[HEADER] == "wallet:pete"


def test_nobody_elses_code_is_shown(pete, shown, stranger):
    assert stranger.see(CODE).location == "/wallet/?next=/wallet/code"
    assert stranger.client.get("/wallet/code.json").status_code == 401
    pete.open("mei")
    stranger.sign_in("mei")
    assert stranger.client.get("/wallet/code.json").json["code"] is None
    assert DIGITS[:4] + "</span>" not in stranger.see(CODE).text


def test_a_wish_needs_the_forms_token(phone):
    assert phone.client.post(CODE, headers=HTML).status_code == 403


# -- the other pages --------------------------------------------------------------------------
def entry(phone):
    found = re.search(r'<a class="entry".*?</a>', phone.see("/wallet/").text, re.DOTALL)
    return sentence(found[0])


def test_the_history_tells_payments_by_code_apart(pete, shown):
    pete.ledger.charge(DIGITS)
    pete.run(SECOND)
    assert "Cola · Lobby machine \N{MINUS SIGN}¥3.50 paid with your code" in entry(shown)
    assert 'data-way="presented"' in shown.see("/wallet/").text


def test_the_history_tells_a_question_of_a_shop(pete, shown):
    pete.ledger.ask_payer(DIGITS)
    pete.run(SECOND)
    assert "a shop asks you to confirm" in entry(shown)


def test_the_history_tells_what_a_till_did_not_get(pete, shown):
    pete.ledger.fail(DIGITS, None)
    pete.run(SECOND)
    assert entry(shown).startswith("Payment code \N{EN DASH} not accepted")


def test_the_receipt_of_a_shop_promises_no_drink(pete, shown):
    pete.ledger.charge(DIGITS)
    pete.run(SECOND)
    text = shown.see(f"/wallet/s/{pete.service.history('pete')[0]['id']}").text
    assert "<dt>Money</dt>" in text
    assert "<dt>Drink</dt>" not in text
    assert "scanned your payment code" in text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"refund_pending_minor": PRICE}, "Lobby machine is giving your money back."),
        ({"refunded_minor": PRICE}, "All of it was refunded to your wallet."),
        ({"refunded_minor": 100}, "You paid ¥3.50; the rest of it stays with Lobby machine."),
    ],
)
def test_a_refund_of_a_shop_speaks_of_no_drink(pete, shown, facts, words):
    pete.ledger.charge(DIGITS)
    pete.run(SECOND)
    scan = pete.service.history("pete")[0]
    pete.ledger.move(scan["authorisation"], **facts)
    pete.run(20_000)
    text = sentence(shown.see(f"/wallet/s/{scan['id']}").text)
    assert words in text
    assert "drink" not in text.lower()
    assert "drink" not in entry(shown)


def test_a_no_to_a_shop_leads_to_a_new_code(pete, shown):
    pete.ledger.ask_payer(DIGITS)
    pete.run(SECOND)
    url = shown.see(CODE).location
    shown.submit(f"{url}/decline")
    text = shown.see(url).text
    assert "The shop was told." in text
    assert 'id="new-code"' in text


@pytest.mark.parametrize(
    ("state", "title", "words"),
    [
        ("expired", "Too late to say yes", "The shop waited for your yes"),
        ("closed", "This payment was cancelled", "The shop has cancelled this payment."),
    ],
)
def test_a_question_that_is_withdrawn_is_told(pete, shown, state, title, words):
    pete.ledger.intents[TOKEN].state = state
    pete.ledger.ask_payer(DIGITS)
    pete.run(SECOND)
    text = shown.see(f"/wallet/s/{pete.service.history('pete')[0]['id']}").text
    assert title in text
    assert words in text


# -- codes that a v3 merchant shows -----------------------------------------------------------
def test_a_v3_code_is_typed_and_pasted_like_any(pete, phone):
    answer = phone.submit("/wallet/scan", code=f" {WECHAT} ")
    pete.run()
    assert "¥3.50" in phone.see(answer.location).text


def test_a_v3_code_is_paid_without_a_word_of_a_drink(pete, phone):
    pete.ledger.intents[TOKEN].takes = "at_once"
    url = phone.post("/wallet/scans", {"code": WECHAT}).json["url"]
    pete.run()
    assert "A shop asks you" not in phone.see(url).text
    phone.post(f"{url}/approve", {"pin": PIN})
    pete.run()
    text = phone.see(url).text
    assert "Lobby machine has the money." in text
    assert "drink" not in text.lower()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Code.EXPIRED, "A shop shows each code for a limited time."),
        (Code.UNKNOWN_CODE, "or have been replaced by a newer one."),
        (Code.CURRENCY_MISMATCH, "The shop wants another currency"),
        (Code.MERCHANT_REFUSED, "The shop does not take payments just now."),
        (Code.ALREADY_PAID, "This code has been paid already."),
    ],
)
def test_a_v3_code_that_cannot_be_paid_says_what_a_shop_would(pete, phone, problem, words):
    pete.ledger.faults = [problem]
    url = phone.post("/wallet/scans", {"code": WECHAT}).json["url"]
    pete.run()
    assert words in phone.see(url).text
