# ruff: noqa: RUF001 - the platform writes Chinese
"""What a wish may say, what becomes of it, and what it makes the platform answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.wechat.refund_desk import CERT, PUBKEY
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat.behaviour import TIMES_MAX, WORDS, behaviour_view, provoked, read
from vendor_sim.payments.wechat.calls import Answer
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.payments.wechat.store import Behaviour

NORMAL = behaviour_view(Behaviour())


def wish(**said: Any) -> dict[str, Any]:
    return read(said)


def test_an_empty_wish_is_the_normal_behaviour():
    assert Behaviour(**wish()) == Behaviour()


@pytest.mark.parametrize(
    ("name", "word"), [(name, word) for name, words in WORDS.items() for word in words]
)
def test_every_word_is_taken_and_nothing_else_changes(name, word):
    assert behaviour_view(Behaviour(**wish(**{name: word}))) == {**NORMAL, name: word}


@pytest.mark.parametrize(
    ("said", "lefts"),
    [
        ({"notify": "lost", "times": 15}, (15, None)),
        ({"answer": "SYSTEM_ERROR", "times": 2}, (None, 2)),
        ({"notify": "twice", "answer": "accepted", "times": 3}, (3, 3)),
        ({"notify": "once", "times": 3}, (None, None)),
        ({"notify": "lost", "answer": "normal", "times": TIMES_MAX}, (TIMES_MAX, None)),
        ({"notify": "lost"}, (None, None)),
    ],
)
def test_times_counts_what_the_wish_names(said, lefts):
    made = wish(**said)
    assert (made["notify_left"], made["answer_left"]) == lefts


@pytest.mark.parametrize(
    ("said", "where", "detail"),
    [
        ({"notify": "thrice"}, "notify", "once, twice, late, reordered"),
        ({"notify": ["once"]}, "notify", "notify is one of once"),
        (
            {"answer": "frequency_limited"},
            "answer",
            "normal, accepted, FREQUENCY_LIMITED, SYSTEM_ERROR",
        ),
        ({"key": "both"}, "key", "cert, pubkey, switching, rollover"),
        ({"refund": "lost"}, "refund", "normal, abnormal, closed"),
        ({"notifiy": "once"}, "notifiy", "notify, answer, key, refund, times"),
        ({"notify": "lost", "times": 0}, "times", "from 1 to 1000000"),
        ({"notify": "lost", "times": TIMES_MAX + 1}, "times", "from 1 to 1000000"),
        ({"notify": "lost", "times": True}, "times", "whole number"),
        ({"notify": "lost", "times": "2"}, "times", "whole number"),
        ({"times": 2}, "times", "notify, answer"),
        ({"key": "cert", "times": 2}, "times", "notify, answer"),
    ],
)
def test_what_no_wish_may_say_is_refused_with_the_words_that_are_known(said, where, detail):
    with pytest.raises(Refused) as refusal:
        read(said)
    problem = refusal.value.problem
    assert (problem.code, problem.where) == (Code.INVALID, where)
    assert detail in problem.detail


def test_what_is_null_is_not_named():
    assert wish(notify="lost", times=None, key=None) == wish(notify="lost")


@pytest.mark.parametrize("document", [None, [], "lost", 3])
def test_a_wish_is_an_object(document):
    with pytest.raises(Refused) as refusal:
        read(document)
    assert refusal.value.problem.code is Code.INVALID


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "FREQUENCY_LIMITED", "频率超限"),
        (500, "SYSTEM_ERROR", "系统错误"),
        (500, "BANK_ERROR", "银行系统异常"),
        (503, "SERVICE_UNAVAILABLE", "服务不可用"),
        (403, "NO_AUTH", "商户无权限"),
        (403, "RULE_LIMIT", "业务规则限制"),
        (403, "TRADE_ERROR", "交易错误"),
        (403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"),
        (403, "ACCOUNT_ERROR", "用户账户异常"),
        (403, "USER_ACCOUNT_ABNORMAL", "用户账户注销"),
    ],
)
def test_an_error_that_is_asked_for_is_the_real_one(desk, status, code, message):
    desk.behave(answer=code, times=1)
    reply = desk.shop().refund("r-1", out_trade_no="order-000001")
    assert (reply.status, reply.document) == (status, {"code": code, "message": message})
    assert "wechatpay-signature" not in reply.headers


def test_every_error_that_can_be_asked_for_is_in_the_table_above():
    errors = [word for word in WORDS["answer"] if word not in {"normal", "accepted"}]
    asked = test_an_error_that_is_asked_for_is_the_real_one.pytestmark[0].args[1]
    assert sorted(errors) == sorted(code for _, code, _ in asked)
    assert all(isinstance(provoked(Behaviour(answer=word)), WechatError) for word in errors)


def test_accepted_is_an_empty_202_which_is_signed():
    assert provoked(Behaviour(answer="accepted")) == Answer(raw=b"", status=202, signed=True)


def test_nothing_is_answered_in_place_of_a_normal_answer():
    assert provoked(Behaviour(notify="lost", key="rollover", refund="closed")) is None


# -- on the wire ------------------------------------------------------------------------------


def test_a_wish_is_answered_with_the_behaviour_in_force(desk):
    wished = desk.behave(notify="lost", times=3, key="rollover")
    assert wished == {**NORMAL, "notify": "lost", "notify_left": 3, "key": "rollover"}
    assert desk.wechat.behaving.state(PUBKEY) == wished
    assert desk.wechat.behaving.state(CERT) == NORMAL


def test_what_a_wish_does_not_name_is_normal_again(desk):
    desk.behave(notify="lost", key="rollover", refund="closed")
    assert desk.behave(notify="twice") == {**NORMAL, "notify": "twice"}
    assert desk.behave() == NORMAL


def test_a_wish_that_is_refused_changes_nothing(desk):
    desk.behave(notify="lost")
    with pytest.raises(Refused):
        desk.behave(notify="twice", key="none")
    assert desk.wechat.behaving.state(PUBKEY)["notify"] == "lost"


def test_nobody_can_wish_for_a_merchant_that_is_not_there(desk):
    for ask in (lambda: desk.behave("1999999999"), lambda: desk.wechat.behaving.state("1")):
        with pytest.raises(Refused) as refusal:
            ask()
        assert refusal.value.problem.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("answer", "status", "raw"),
    [
        ("FREQUENCY_LIMITED", 429, '{"code":"FREQUENCY_LIMITED","message":"频率超限"}'),
        ("SYSTEM_ERROR", 500, '{"code":"SYSTEM_ERROR","message":"系统错误"}'),
        ("accepted", 202, ""),
    ],
)
def test_a_provoked_answer_comes_so_often_and_nothing_is_carried_out(desk, answer, status, raw):
    number = desk.paid()
    desk.behave(answer=answer, times=2)
    for _ in range(2):
        reply = desk.shop().refund("r-1", out_trade_no=number)  # verifies the 202, which is signed
        assert (reply.status, reply.raw.decode()) == (status, raw)
        assert ("wechatpay-signature" in reply.headers) == (status == 202)
    assert desk.query(number)["trade_state"] == "SUCCESS"
    assert desk.shop().refund("r-1", out_trade_no=number).status == 200
    assert desk.wechat.behaving.state(PUBKEY) == NORMAL


def test_one_merchants_provoked_answers_are_not_anothers(desk):
    desk.behave(CERT, answer="SYSTEM_ERROR")
    assert desk.refund(desk.paid())["status"] == "PROCESSING"
