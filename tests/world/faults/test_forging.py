"""Messages that say something else than their sender did are refused by whoever verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.world.faults import Fault, Rule

if TYPE_CHECKING:
    from tests.world.faults.conftest import Trouble

HOOKS = {"lobby": "/machine/hooks/payments/lobby", "yard": "/machine/hooks/wechat/yard"}


def statuses(trouble: Trouble, path: str) -> list[tuple[str | None, int | None]]:
    return [(one["fault"], one["status"]) for one in trouble.exchanges(path)]


@pytest.mark.parametrize("machine", ["lobby", "yard"])
@pytest.mark.parametrize("fault", [Fault.WRONG_SIGNATURE, Fault.STALE_TIMESTAMP])
def test_a_forged_notice_is_refused_and_told_again(
    trouble: Trouble, machine: str, fault: Fault
) -> None:
    trouble.faults.add(Rule(fault, source="ledger", target="machine", times=1))
    order = trouble.buy(machine)
    assert (order["state"], order["money"]) == ("released", "taken")
    first, second = statuses(trouble, HOOKS[machine])[:2]
    assert first == (fault.value, 401)
    assert second[0] is None
    assert second[1] in {200, 204}
    assert trouble.faults.counts == {fault.value: 1}


@pytest.mark.parametrize("fault", [Fault.WRONG_SIGNATURE, Fault.STALE_TIMESTAMP])
def test_a_forged_request_of_a_merchant_is_refused(trouble: Trouble, fault: Fault) -> None:
    trouble.faults.add(Rule(fault, match="POST /v3/*", times=1))
    trouble.buy("yard")
    assert statuses(trouble, "/v3/pay/transactions/native")[0] == (fault.value, 401)


@pytest.mark.parametrize("fault", [Fault.WRONG_SIGNATURE, Fault.STALE_TIMESTAMP])
def test_a_forged_answer_is_not_believed(trouble: Trouble, fault: Fault) -> None:
    rule = Rule(fault, match="POST /v3/pay/*", times=1, side="answer")
    trouble.faults.add(rule)
    assert trouble.buy("yard")["state"] == "released"
    assert statuses(trouble, "/v3/pay/transactions/native")[:2] == [(fault.value, 200), (None, 200)]


def test_what_is_not_signed_cannot_be_forged(trouble: Trouble) -> None:
    trouble.faults.add(Rule(Fault.WRONG_SIGNATURE, target="ledger", match="/v1/*"))
    assert trouble.buy()["state"] == "released"
    assert trouble.faults.fired == []


@pytest.mark.parametrize(
    ("where", "path", "status"),
    [
        ({"source": "wallet", "match": "POST /v1/authorisations"}, "/v1/authorisations", 409),
        ({"source": "ledger", "target": "machine"}, HOOKS["lobby"], 401),
    ],
)
def test_another_amount_is_refused(
    trouble: Trouble, where: dict[str, Any], path: str, status: int
) -> None:
    trouble.faults.add(Rule(Fault.WRONG_AMOUNT, times=1, **where))
    trouble.buy()
    assert statuses(trouble, path)[0] == ("wrong_amount", status)


def test_another_amount_in_an_answer_is_not_believed(trouble: Trouble) -> None:
    where = {"source": "machine", "match": "POST /v1/intents", "side": "answer"}
    trouble.faults.add(Rule(Fault.WRONG_AMOUNT, times=1, **where))
    order = trouble.buy()
    assert (order["state"], order["money"]) == ("released", "taken")
    assert statuses(trouble, "/v1/intents")[:2] == [("wrong_amount", 201), (None, 201)]


def test_where_no_amount_stands_nothing_bit(trouble: Trouble) -> None:
    trouble.faults.add(Rule(Fault.WRONG_AMOUNT, target="wallet", side="answer", times=2))
    assert trouble.buy()["state"] == "released"
    assert trouble.faults.fired == []
    assert trouble.faults.counts.get("wrong_amount", 0) == 0
    assert {one["fault"] for one in trouble.exchanges("")} == {None}
