"""A till that has read a payment code asks, and the platform tells; codes of v3 merchants too."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import CODE, PIN, PRICE, TOKEN, WECHAT
from tests.wallet.test_codes import SECOND, last, page, show
from vendor_sim.kernel.problems import Code, Refused


# -- a till asks ------------------------------------------------------------------------------
def test_a_question_of_a_till_is_a_scan_that_asks(pete):
    digits = show(pete)
    pete.ledger.ask_payer(digits)
    pete.run(SECOND)
    scan = last(pete)
    assert (scan["state"], scan["way"], scan["presented"]) == ("asking", "presented", digits)
    assert pete.service.waiting_confirmation("pete") == scan["id"]
    assert page(pete)["shown"] == "outcome"


def test_a_yes_to_a_till_is_a_yes_like_any_other(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    pete.ledger.ask_payer(show(pete))
    pete.run(SECOND)
    scan_id = pete.service.waiting_confirmation("pete")
    assert pete.service.approve(scan_id, "000000").code is Code.WRONG_PIN
    assert pete.service.approve(scan_id, PIN) is None
    pete.run()
    assert (pete.scan(scan_id)["money"], pete.scan(scan_id)["way"]) == ("taken", "presented")
    assert pete.service.waiting_confirmation("pete") is None


def test_a_no_to_a_till_is_told(pete):
    pete.ledger.ask_payer(show(pete))
    pete.run(SECOND)
    pete.service.decline(pete.service.waiting_confirmation("pete"))
    pete.run()
    assert pete.ledger.declines == [TOKEN]
    assert pete.service.waiting_confirmation("pete") is None


def test_a_question_about_a_code_that_was_scanned_too_is_one_scan(pete):
    scan_id = pete.ask(text=CODE)
    assert pete.service.waiting_confirmation("pete") is None
    pete.ledger.ask_payer(show(pete))
    pete.run(SECOND)
    assert pete.service.waiting_confirmation("pete") == scan_id
    assert len(pete.service.history("pete")) == 1


@pytest.mark.parametrize("code", ["https://example.com/", None])
def test_a_question_without_a_code_of_ours_is_no_news(pete, code):
    pete.ledger.ask_payer(show(pete), code)
    pete.run(SECOND)
    assert pete.service.history("pete") == []
    pete.ledger.ask_payer("130000000000000000")
    pete.run(SECOND)
    assert pete.service.waiting_confirmation("pete")


def test_the_newest_question_is_the_one_that_waits(pete):
    pete.ledger.ask_payer(show(pete))
    pete.run(SECOND)
    token = "b" * 24
    pete.ledger.intents[token] = pete.ledger.intents[TOKEN]
    pete.ledger.ask_payer(show(pete), WECHAT.replace(TOKEN, token))
    pete.run(SECOND)
    waiting = pete.service.waiting_confirmation("pete")
    assert pete.scan(waiting)["presented"] == "130000000000000001"


def test_another_wallets_questions_are_not_ones_own(pete):
    pete.open("mei")
    pete.ledger.ask_payer(show(pete, "mei"))
    pete.run(SECOND)
    assert pete.service.waiting_confirmation("pete") is None
    assert pete.service.waiting_confirmation("mei")


# -- notices ----------------------------------------------------------------------------------
def test_a_notice_of_money_taken_by_code_tells_all_there_is_to_know(pete):
    digits = show(pete)
    told = pete.ledger.view(pete.ledger.charge(digits))
    pete.ledger.calls.clear()
    assert pete.notice(told).status_code == 204
    assert page(pete)["scan"]["authorisation"] == told["id"]
    assert (last(pete)["amount_minor"], last(pete)["presented"]) == (PRICE, digits)
    assert (last(pete)["way"], last(pete)["money"]) == ("presented", "taken")
    pete.run(SECOND)
    asked = [call for call in pete.ledger.calls if "/v1/accounts" not in call]
    assert asked == [], "nobody needs to ask what became of it"
    assert pete.notice(told, "nt_2").status_code == 204
    assert len(pete.service.history("pete")) == 1


def test_a_notice_stands_above_what_answers_said_twice(pete, monkeypatch):
    """An answer can be altered on its way, and a second one in the same way; a notice cannot."""
    told = pete.ledger.view(pete.ledger.charge(show(pete)))
    with monkeypatch.context() as altered:
        altered.setattr(pete.ledger, "view", lambda _: {**told, "amount_minor": PRICE + 1})
        pete.run(SECOND)
    assert last(pete)["amount_minor"] == PRICE + 1
    assert pete.notice(told).status_code == 204
    assert last(pete)["amount_minor"] == PRICE


def test_an_amount_that_the_payer_said_yes_to_stands_whatever_a_notice_says(pete):
    scan_id = pete.pay()
    told = pete.ledger.view(pete.scan(scan_id)["authorisation"])
    assert pete.notice({**told, "amount_minor": PRICE + 1}).status_code == 204
    assert pete.scan(scan_id)["amount_minor"] == PRICE


@pytest.mark.parametrize(
    "other",
    [
        {"id": "au_other"},
        {"id": "au_other", "account": "acc_9"},
        {"id": "au_other", "auth_code": "139999999999999999"},
        {"id": "au_other", "auth_code": None},
    ],
)
def test_a_notice_about_an_unknown_yes_is_refused_where_no_such_code_is_out(pete, other):
    pete.ledger.charge(show(pete))
    pete.run(SECOND)
    told = pete.ledger.view(last(pete)["authorisation"])
    assert pete.notice({**told, **other}).status_code == 404
    assert len(pete.service.history("pete")) == 1


@pytest.mark.parametrize("then", ["paid", "asking", "failed", "expired", "ready"])
def test_an_answer_that_a_notice_overtook_changes_nothing(pete, monkeypatch, then):
    digits = show(pete)
    told, answers = pete.ledger.view(pete.ledger.charge(digits)), pete.ledger._presented

    def overtaken(auth_code):
        answer = {**answers(auth_code), "state": then, "code": WECHAT}
        assert pete.notice(told).status_code == 204
        return answer

    monkeypatch.setattr(pete.ledger, "_presented", overtaken)
    pete.run(SECOND)
    monkeypatch.undo()
    known = pete.service.history("pete")
    assert [(one["authorisation"], one["money"]) for one in known] == [(told["id"], "taken")]
    assert page(pete)["scan"]["id"] == known[0]["id"]
    pete.ledger.calls.clear()
    pete.run(10 * SECOND)
    assert not [call for call in pete.ledger.calls if "payment-codes" in call]


# -- codes of WeChat Pay's form ---------------------------------------------------------------
@pytest.mark.parametrize("text", [WECHAT, f"  {WECHAT}\n"])
def test_a_code_of_a_v3_merchant_is_scanned_like_any(pete, text):
    scan = pete.scan(pete.ask(text=text))
    assert (scan["state"], scan["way"], scan["code"]) == ("asking", "wechat", TOKEN)
    assert scan["elsewhere"] is None


def test_a_code_of_the_real_wechat_stays_foreign(pete):
    scan = pete.scan(pete.ask(text="weixin://wxpay/bizpayurl?pr=p4lpSuKzz"))
    assert (scan["reason"], scan["foreign"]) == ("foreign_code", "wechat")


def test_a_task_about_a_code_that_is_gone_says_so(pete):
    show(pete)
    with pete.door.begin() as cx:
        cx.exec_driver_sql("DELETE FROM payer_code")
    with pytest.raises(Refused) as refused:
        pete.run(SECOND)
    assert refused.value.problem.code is Code.NOT_FOUND


def test_money_of_a_yes_that_is_known_already_is_not_paid_twice(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    known = pete.scan(pete.pay())
    digits = show(pete)
    pete.ledger.presented[digits].update(state="paid", authorisation=known["authorisation"])
    pete.run(SECOND)
    assert [scan["id"] for scan in pete.service.history("pete")] == [known["id"]]
    assert page(pete)["scan"]["id"] == known["id"]
