"""What may have happened to order_1 before a test begins."""

from __future__ import annotations

import pytest

from tests.payments.wechat.refusals import (
    SHORT,
)
from tests.payments.wechat.till import Till, outcome
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.kernel.problems import Code, Refused

BIG = {"amount": {"total": 100_001, "currency": "CNY"}}
"""One fen above what is free."""


def refused_for(act) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.problem.code


def pay(till: Till) -> None:
    till.pay(till.create()["code_url"], till.payer())


def close(till: Till) -> None:
    till.create()
    till.shut()


def refund(till: Till) -> None:
    pay(till)
    till.refund("order_1", 100)


def lapse(till: Till) -> None:
    till.create()
    till.pass_ms(7 * DAY_MS)


def lapse_unseen(till: Till) -> None:
    till.create()
    till.pass_ms(7 * DAY_MS, ticking=False)


def asked_for(till: Till, payer: str | None = None) -> tuple[str, str]:
    """A payer who is asked for the password: the code shown, and the account."""
    account = payer or till.payer()
    auth_code = till.show(account)
    assert till.scan(auth_code, **BIG).status == 202
    return auth_code, account


def confirm(till: Till, auth_code: str, account: str) -> None:
    till.pay(till.shown(auth_code)["code"], account, BIG["amount"]["total"])


def native(till: Till) -> str:
    till.create()
    return till.show(till.payer())


def scanned(till: Till) -> str:
    code = till.show(till.payer())
    till.scan(code)
    return code


def refunded(till: Till) -> str:
    code = scanned(till)
    till.refund("order_1", 100)
    return code


def reversed_(till: Till) -> str:
    code = scanned(till)
    till.reverse()
    return code


def failed(till: Till) -> str:
    code = till.show(till.payer(0))
    assert outcome(lambda: till.scan(code)) == SHORT
    return code


def lapsed(till: Till) -> str:
    code = failed(till)
    till.pass_ms(7 * DAY_MS)
    return code
