"""What a breach is shown with: the steps that belong to it, drawn."""

from __future__ import annotations

from vendor_sim.world.simulate.diagram import drawn, mermaid
from vendor_sim.world.simulate.finding import STEPS_MAX, around
from vendor_sim.world.simulate.story import PEOPLE, Kind, Step, place_of

ORDER, OTHER, INTENT = "ord_a2b3c4d5e6f7g8h9", "ord_zzzzzzzzzzzzzzzz", "in_a2b3c4d5e6f7g8h9"


def act(at_ms: int, text: str, where: str = "machine") -> Step:
    return Step(at_ms, Kind.ACT, PEOPLE, where, text, about=text)


def said(at_ms: int, hop: tuple[str, str], text: str, answer: str, about: str = "") -> Step:
    return Step(at_ms, Kind.EXCHANGE, *hop, text, answer, about)


def fault(at_ms: int, decision: str) -> Step:
    where = place_of(decision)
    return Step(at_ms, Kind.FAULT, where, where, decision, about=decision)


STEPS = [
    act(1_000, f"customer 1 presses A1 of hall: {ORDER}"),
    said(1_000, ("machine", "ledger"), "POST /v1/intents", "201", f"{ORDER} {INTENT}"),
    fault(1_500, "killed|machine@before_motor#0"),
    act(2_000, f"customer 2 presses A1 of pier: {OTHER}"),
    said(2_500, ("ledger", "machine"), "POST /machine/hooks/wechat/track", "204"),
    said(3_000, ("wallet", "ledger"), "POST /v1/authorisations", "no answer (lost)", INTENT),
    said(3_000, ("ledger", "machine"), "POST /machine/hooks/wechat/track", "204"),
    fault(9_000, "jam|hall/A1#0"),
    Step(9_500, Kind.BREACH, "ledger", "ledger", f"orders_end: {ORDER} has not ended", about=ORDER),
]


def test_the_steps_of_the_order_at_fault_are_found_by_all_its_names() -> None:
    found = around(STEPS, [f"id={ORDER}, state=paid"])
    assert found == [STEPS[n] for n in (0, 1, 2, 5, 6, 7, 8)]


def test_evidence_that_names_nobody_shows_the_last_steps() -> None:
    many = STEPS * 20
    assert around(many, ["currency=CNY"]) == many[-STEPS_MAX:]
    assert around(STEPS, ["id=ord_2222222222222222"]) == STEPS[-STEPS_MAX:]


def test_a_fault_stands_where_it_bites() -> None:
    decisions = {
        "answer_lost|wallet>ledger POST /v1/authorisations#0": "wallet",
        "killed|ledger@before_commit#4": "ledger",
        "jam|hall/A1#0": "machine",
    }
    assert {one: place_of(one) for one in decisions} == decisions


def test_it_is_drawn_in_three_lanes() -> None:
    assert drawn(STEPS[:3] + STEPS[5:6] + STEPS[8:], 1_000) == DRAWN


def test_it_is_written_for_mermaid_too() -> None:
    text = mermaid([*STEPS[:3], STEPS[5], act(9, "odd; text")])
    assert text.splitlines()[:5] == [
        "sequenceDiagram",
        *(f"    participant {name}" for name in ("machine", "ledger", "wallet")),
        f"    Note over machine: customer 1 presses A1 of hall: {ORDER}",
    ]
    assert "    ledger-->>machine: 201" in text
    assert "    ledger--xwallet: no answer (lost)" in text
    assert "fault: killed|machine@before_motor#35;0" in text
    assert "odd, text" in text


def test_long_texts_and_strangers_do_not_break_the_lanes() -> None:
    path = "POST /v1/" + "x" * 200
    both = [said(0, ("machine", "ledger"), path, "201"), said(0, ("machine", "shop"), path, "201")]
    lines = drawn(both, 0).splitlines()
    assert "…" in lines[2]
    assert len(lines[2]) == len(lines[3])
    assert "machine → shop" in lines[4]


DRAWN = f"""\
              machine                           ledger                            wallet
              │                                 │                                 │
     0.000 s  ● customer 1 presses A1 of hall: {ORDER}
     0.000 s  │─ POST /v1/intents ─────────────▶│                                 │
              │◀────────────────────────── 201 ─│                                 │
     0.500 s  ✗ fault: killed|machine@before_motor#0
     2.000 s  │                                 │◀────── POST /v1/authorisations ─│
              │                                 │─ no answer (lost) ─────────────✗│
     8.500 s  │                                 ‼ breach: orders_end: {ORDER} has not ended
"""
