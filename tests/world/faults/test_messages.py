"""Each fault of a message, by its bite: what both ends see, and that all ends well nevertheless."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world.faults.conftest import Trouble
from vendor_sim.kernel.limits import FAULT_DELAYED_MS, FAULT_REORDERED_MS, REQUEST_TIMEOUT_MS
from vendor_sim.world.faults import MESSAGE_FAULTS, MESSAGES, Fault, Rule

ASK = {"source": "machine", "target": "ledger", "match": "POST /v1/intents"}
TELL = {"source": "ledger", "target": "machine", "match": "POST /machine/hooks/*"}


def once(fault: Fault, where: dict[str, Any] = ASK, **more: Any) -> Rule:
    return Rule(fault, **where, times=1, **more)


def asked(trouble: Trouble, path: str = "/v1/intents") -> list[tuple[str | None, int | None]]:
    """Fault and status of each exchange with exactly this path."""
    return [(one["fault"], one["status"]) for one in trouble.exchanges(path) if one["path"] == path]


def told(trouble: Trouble) -> list[tuple[str | None, int | None]]:
    return [(one["fault"], one["status"]) for one in trouble.exchanges("/machine/hooks/")]


def answers(trouble: Trouble) -> list[bytes]:
    """The bodies that came back when an intent was asked for."""
    found = [one["n"] for one in trouble.exchanges("/v1/intents") if one["path"] == "/v1/intents"]
    texts = [trouble.world.journal.texts(n) for n in found]
    return [both[1].encode() for both in texts if both is not None]


def intents(trouble: Trouble) -> int:
    """How often the ledger was asked to open an intent and did."""
    begun = trouble.faults.seen
    return len([site for site in begun if site.startswith("ledger@before_commit")])


def test_every_fault_of_a_message_has_a_class() -> None:
    assert set(MESSAGE_FAULTS) == MESSAGES


def test_request_lost(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.REQUEST_LOST))
    trouble.press()
    trouble.world.driver.work()
    assert asked(trouble) == [("request_lost", None)]
    assert intents(trouble) == 0
    assert trouble.buy("yard")["state"] == "released"


def test_answer_lost(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.ANSWER_LOST))
    assert trouble.buy()["state"] == "released"
    assert asked(trouble) == [("answer_lost", None), (None, 201)]


def test_duplicated(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.DUPLICATED))
    trouble.press()
    trouble.world.driver.work()
    assert asked(trouble) == [("duplicated", 201)]
    assert trouble.world.payments.service.browsing.intents(10)[0]["state"] == "open"


def test_refused(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.REFUSED))
    assert trouble.buy()["state"] == "released"
    assert asked(trouble) == [("refused", None), (None, 201)]


def test_delayed_arrives_after_its_sender_gave_up_and_nothing_rests_before(
    trouble: Trouble,
) -> None:
    trouble.faults.add(once(Fault.DELAYED))
    began_ms = trouble.world.clock.now_ms()
    assert trouble.buy()["state"] == "released"
    late = [one for one in trouble.exchanges("/v1/intents") if one["fault"] == "delayed"]
    assert [one["status"] for one in late] == [None, 201]
    assert trouble.world.clock.now_ms() >= began_ms + FAULT_DELAYED_MS


def test_delayed_for_as_long_as_the_rule_says(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.DELAYED, TELL, delay_ms=90_000))
    trouble.buy()
    sent, arrived = [one for one in trouble.exchanges("/machine/hooks") if one["fault"]]
    assert (sent["status"], arrived["status"]) == (None, 204)
    assert trouble.world.network.post.next_due_ms() is None


def test_reordered_is_overtaken_by_the_next_message_of_its_hop(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.REORDERED))
    assert trouble.buy()["state"] == "released"
    assert asked(trouble) == [("reordered", None), (None, 201), ("reordered", 201)]


def test_reordered_goes_on_by_itself_where_no_other_message_comes(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.REORDERED, {"source": "wallet", "match": "POST /v1/codes/*"}))
    due = trouble.world.clock.now_ms() + FAULT_REORDERED_MS
    order = trouble.press()
    trouble.world.driver.work()
    code = trouble.world.machine.service.order(order)["code"]
    trouble.world.wallet.service.begin_scan("pete", code)
    trouble.world.wallet.outbound.tick(trouble.world.clock.now_ms())
    assert trouble.world.network.post.next_due_ms(resting=True) == due
    assert trouble.world.network.post.tick(due) == 1
    assert trouble.exchanges("/v1/codes/resolve")[-1]["status"] == 200


@pytest.mark.parametrize(("status", "sent"), [(None, 503), (500, 500)])
def test_server_error(trouble: Trouble, status: int | None, sent: int) -> None:
    trouble.faults.add(once(Fault.SERVER_ERROR, status=status))
    trouble.press()
    trouble.world.driver.work()
    assert asked(trouble) == [("server_error", sent)]
    assert intents(trouble) == 0
    answer = trouble.exchanges("/v1/intents")[0]["answer"]["body"]
    assert answer["error"]["code"] == "unavailable"


def test_server_error_of_the_dialect_has_its_shape(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.SERVER_ERROR, {"match": "/v3/*"}))
    assert trouble.buy("yard")["state"] == "released"
    answer = trouble.exchanges("/v3/pay/transactions/native")[0]["answer"]["body"]
    assert answer["code"] == "SYSTEM_ERROR"


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [(Fault.EMPTY, 200, b""), (Fault.MALFORMED, 201, b"<html>")],
)
def test_an_answer_without_sense_is_no_answer(
    trouble: Trouble, fault: Fault, status: int, body: bytes
) -> None:
    trouble.faults.add(once(fault))
    trouble.press()
    trouble.world.driver.work()
    assert asked(trouble) == [(fault.value, status)]
    assert intents(trouble) == 1
    (answered,) = answers(trouble)
    assert answered[: len(body) or 1] == body


def test_an_empty_answer_has_the_status_that_the_rule_gives(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.EMPTY, status=204))
    assert trouble.buy()["state"] == "released"
    assert asked(trouble)[0] == ("empty", 204)


def test_truncated(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.TRUNCATED))
    assert trouble.buy()["state"] == "released"
    first, second = answers(trouble)[:2]
    assert second.startswith(first)
    assert len(first) == len(second) // 2


def test_corrupted_is_one_byte_and_the_same_one_in_every_run(trouble: Trouble) -> None:
    sent = b'{"amount_minor":350}' * 5
    spoilt = {corrupt(trouble, sent, seed) for seed in (1, 1, 2)}
    assert len(spoilt) == 2
    for one in spoilt:
        assert len(one) == len(sent)
        assert sum(a != b for a, b in zip(one, sent, strict=True)) == 1


def corrupt(trouble: Trouble, sent: bytes, seed: int) -> bytes:
    from vendor_sim.wire.http import Request, Response  # noqa: PLC0415 - this one's
    from vendor_sim.world.faults import Bite, Hop  # noqa: PLC0415

    bite = Bite(Rule(Fault.CORRUPTED), "machine>ledger POST /#0", seed)
    fault = MESSAGE_FAULTS[Fault.CORRUPTED](
        bite, Hop("machine", "ledger"), trouble.world.network.post
    )

    class End:
        def handle_request(self, request: Request) -> Response:
            return Response(200, content=sent)

    return fault.carry(Request("POST", "http://ledger/"), End()).content  # type: ignore[arg-type]


SPOILS = (Fault.EMPTY, Fault.MALFORMED, Fault.TRUNCATED, Fault.CORRUPTED)


@pytest.mark.parametrize("fault", SPOILS)
def test_a_request_can_be_spoilt_too_and_is_to_be_sent_again(
    trouble: Trouble, fault: Fault
) -> None:
    trouble.faults.add(once(fault, side="request"))
    trouble.press()
    trouble.world.driver.work()
    ((name, status),) = asked(trouble)
    assert (name, status) == (fault.value, 503)
    assert intents(trouble) == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", ["request", "answer"])
@pytest.mark.parametrize("match", ["intents", "codes/resolve", "authorisations"])
def test_no_bit_that_flips_is_ever_believed(match: str, side: str, seed: int) -> None:
    """Not in an id either, where the JSON stays JSON."""
    trouble = Trouble(seed=seed)
    rule = {"fault": "corrupted", "match": f"POST /v1/{match}", "side": side, "times": 2}
    trouble.faults.load({"seed": seed, "rules": [rule]})
    assert trouble.buy()["state"] == "released"
    assert trouble.faults.counts == {"corrupted": 2}
    trouble.world.close()


def test_slow_takes_the_worlds_time(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.SLOW, delay_ms=3_000))
    assert trouble.buy()["state"] == "released"
    first = trouble.exchanges("/v1/intents")[0]
    assert (first["status"], first["took_ms"]) == (201, 3_000)


def test_slow_beyond_the_senders_patience_is_no_answer_after_the_work_was_done(
    trouble: Trouble,
) -> None:
    trouble.faults.add(once(Fault.SLOW, delay_ms=REQUEST_TIMEOUT_MS))
    assert trouble.buy()["state"] == "released"
    first, second = trouble.exchanges("/v1/intents")[:2]
    assert (first["status"], first["took_ms"]) == (None, REQUEST_TIMEOUT_MS)
    assert second["status"] == 201


def test_silent(trouble: Trouble) -> None:
    trouble.faults.add(once(Fault.SILENT))
    assert trouble.buy()["state"] == "released"
    first, second = trouble.exchanges("/v1/intents")[:2]
    assert (first["status"], first["took_ms"]) == (None, REQUEST_TIMEOUT_MS)
    assert second["status"] == 201
