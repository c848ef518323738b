"""From what was committed to what somebody did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.wire import qr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sim.world.recording.frames import Frame, Row, Rows
    from vendor_sim.world.recording.start import Start, Wish

_PAID = frozenset({"held", "captured", "returned"})
_DOINGS = frozenset({"order", "scan", "loaded"})
_DECIDED = frozenset({"released", "not_released"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did.

    Attributes:
        at_ms: When.
        what: ``press``, ``cancel``, ``present``, ``pay``, ``wrong_pin``, ``decline``, ``scan``,
            ``desk``, ``refund``, ``load``, ``price``, ``wallet``, ``machine``, or a wish.
        row: About what: the row it was done to, as it was then.
        told: What else there is to say.
    """

    at_ms: int
    what: str
    row: Row
    told: Any = None


@dataclass
class Story:
    """What was done, and how everything stood in the end.

    Attributes:
        acts: In the order in which they were done.
        orders, scans, slots: Rows as they were seen last.
        codes: Payment codes as they were seen last.
        shown: Which order each code on a screen was for, by the code's token.
    """

    acts: list[Act] = field(default_factory=list)
    orders: dict[str, Row] = field(default_factory=dict)
    scans: dict[str, Row] = field(default_factory=dict)
    slots: dict[str, Row] = field(default_factory=dict)
    codes: dict[str, Row] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def payer_of(self, auth_code: str) -> str | None:
        """Whose payment code it is."""
        found = (row["wallet"] for row in self.codes.values() if row["auth_code"] == auth_code)
        return next(found, None)


def story_of(start: Start, frames: Sequence[Frame], wishes: Sequence[Wish]) -> Story:
    """What happened between the start and the last frame."""
    story = Story(slots=dict(start.machine["slot"]), codes=dict(start.wallet["payer_code"]))
    done: list[tuple[int, Act]] = []
    known: dict[str, Rows] = {**start.machine, **start.wallet, "refund": {}}
    for frame in frames:
        for name, seen in frame.tables.items():
            rows = _since(start, name, seen)
            before = known[name]
            for key, row in rows.items():
                if before.get(key) != row:
                    acts = _acts(name, before.get(key), row, frame, story)
                    done += [(frame.number, act) for act in acts]
            known[name] = rows
        _remember(start, frame, story)
    wished = [(wish.number, Act(wish.at_ms, wish.what, {}, wish.told)) for wish in wishes]
    story.acts = [act for _, act in sorted([*done, *wished], key=lambda pair: pair[0])]
    return story


def _since(start: Start, name: str, rows: Rows) -> Rows:
    """Those that were not there in the beginning, of a table whose rows tell what somebody did."""
    if name not in _DOINGS:
        return rows
    there = {**start.machine, **start.wallet}[name]
    return {key: row for key, row in rows.items() if key not in there}


def _remember(start: Start, frame: Frame, story: Story) -> None:
    tables = {name: _since(start, name, rows) for name, rows in frame.tables.items()}
    story.orders |= tables.get("order", {})
    story.scans |= tables.get("scan", {})
    story.slots |= tables.get("slot", {})
    story.codes |= tables.get("payer_code", {})
    rows = tables.get("order", {}).values()
    story.shown |= {_token(row["code"]): row["key"] for row in rows if row["code"]}


def _acts(name: str, before: Row | None, row: Row, frame: Frame, story: Story) -> Iterator[Act]:
    read = {"order": _order, "scan": _scan, "refund": _refund}.get(name)
    if read is not None:
        for what, told in read(before, row):
            yield Act(frame.at_ms, what, row, told)
    elif name == "machine" and before is None:
        slots = frame.tables["slot"].values()
        yield Act(frame.at_ms, name, row, [one for one in slots if one["machine"] == row["key"]])
    elif name == "loaded" and f"{row['machine']}/{row['slot']}" in story.slots:
        yield Act(frame.at_ms, "load", row)
    elif name == "slot" and before is not None and before["price_minor"] != row["price_minor"]:
        yield Act(frame.at_ms, "price", row, frame.tables["machine"][row["machine"]]["currency"])
    elif name == "wallet":
        yield from _wallet(before, row, frame)


def _token(code: str) -> str:
    """What a wallet keeps of a code on a screen."""
    read = qr.decode(code)
    return read.token if isinstance(read, qr.PaymentCode) else code


def _order(before: Row | None, row: Row) -> Iterator[tuple[str, Any]]:
    if before is None:
        yield "press", None
        return
    if row["state"] == "cancelled" != before["state"] and row["standing"] == before["standing"]:
        yield "cancel", None
    if row["presented"] not in {None, before["presented"]}:
        yield "present", row["presented"]
    if row["desk"] in _DECIDED and before["desk"] is None:
        yield "desk", row["desk"] == "released"


def _scan(before: Row | None, row: Row) -> Iterator[tuple[str, Any]]:
    state, was = row["state"], None if before is None else before["state"]
    if state == "approved" and was == "asking":
        yield "pay", None
    elif state == "declined" and was == "asking":
        yield "decline", None
    elif state == "refused" and was in {None, "reading"} and row["presented"] is None:
        yield "turned_down", row["reason"]
    elif was is None and row["presented"] is None:
        yield "scan", None


def _wallet(before: Row | None, row: Row, frame: Frame) -> Iterator[Act]:
    if before is None:
        yield Act(frame.at_ms, "wallet", row)
    elif row["locked_until_ms"] not in {None, before["locked_until_ms"]}:
        yield Act(frame.at_ms, "pin_locked", row, _asked_of(row["key"], frame))
    elif row["wrong_pins"] > before["wrong_pins"]:
        yield Act(frame.at_ms, "wrong_pin", row, _asked_of(row["key"], frame))


def _asked_of(wallet: str, frame: Frame) -> Row | None:
    """What a wallet was asking its owner for: the last scan that waits for a word."""
    scans = frame.tables["scan"].values()
    asking = [one for one in scans if one["wallet"] == wallet and one["state"] == "asking"]
    return asking[-1] if asking else None


def _refund(before: Row | None, _row: Row) -> Iterator[tuple[str, Any]]:
    if before is None:
        yield "refund", None


def answer_of(scan: Row) -> str | None:
    """What the wallet was told in the end: ``paid``, why not, or None for nothing yet."""
    if scan["state"] in _PAID:
        return "paid"
    return scan["reason"] if scan["state"] == "refused" else None
