"""Steps of a run as a sequence diagram: for a terminal, and as Mermaid for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.simulate.story import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sim.world.simulate.story import Step

LANES = ("machine", "ledger", "wallet")
"""Who talks most with both others stands in the middle."""
_WIDE = 34
_LEFT = 14
_MARKS = {Kind.ACT: "●", Kind.FAULT: "✗", Kind.BREACH: "‼"}
_WORDS = {Kind.ACT: "", Kind.FAULT: "fault: ", Kind.BREACH: "breach: "}
_TEXT_MAX = 100


def drawn(steps: Sequence[Step], began_ms: int) -> str:
    """A diagram in plain text, one lane each for the machine, the ledger service and the wallet.

    Args:
        steps: What to draw.
        began_ms: The instant from which times are counted.
    """
    head = " " * _LEFT + "".join(f"{name:<{_WIDE}}" for name in LANES)
    lines = [head, " " * _LEFT + _lanes(0, len(LANES))]
    for step in steps:
        lines += (
            _exchanged(step, began_ms) if step.kind is Kind.EXCHANGE else _noted(step, began_ms)
        )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def mermaid(steps: Sequence[Step]) -> str:
    """The same as Mermaid's ``sequenceDiagram``."""
    lines = ["sequenceDiagram", *(f"    participant {name}" for name in LANES)]
    for step in steps:
        lines += [f"    {line}" for line in _mermaid(step)]
    return "\n".join(lines) + "\n"


def since(at_ms: int, began_ms: int) -> str:
    """Seconds from the start of a run: ``58.356 s``."""
    passed_ms = at_ms - began_ms
    return f"{passed_ms // 1000}.{passed_ms % 1000:03d} s"


def _noted(step: Step, began_ms: int) -> list[str]:
    at = LANES.index(step.target)
    text = f"{_MARKS[step.kind]} {_WORDS[step.kind]}{_cut(step.text)}"
    return [_timed(step, began_ms) + _lanes(0, at) + text]


def _exchanged(step: Step, began_ms: int) -> list[str]:
    if step.source not in LANES or step.target not in LANES or step.source == step.target:
        return [f"{_timed(step, began_ms)}{step.source} → {step.target}: {step.text} {step.answer}"]
    start, end = LANES.index(step.source), LANES.index(step.target)
    lost = step.answer.startswith("no answer")
    asked = _arrow(start, end, step.text)
    told = _arrow(end, start, step.answer, lost=lost)
    return [_timed(step, began_ms) + asked, " " * _LEFT + told]


def _arrow(start: int, end: int, text: str, *, lost: bool = False) -> str:
    """A line with an arrow between two lanes, over whatever lane lies between."""
    low, high = min(start, end), max(start, end)
    room = (high - low) * _WIDE - 1
    label = f" {_cut(text, room - 6)} "
    dashes = "─" * (room - 2 - len(label))
    if end > start:
        shaft = f"─{label}{dashes}{'✗' if lost else '▶'}"
    else:
        shaft = f"{'✗' if lost else '◀'}{dashes}{label}─"
    return f"{_lanes(0, low)}│{shaft}{_lanes(high, len(LANES))}"


def _lanes(first: int, until: int) -> str:
    return "".join(f"{'│':<{_WIDE}}" for _ in range(first, until))


def _timed(step: Step, began_ms: int) -> str:
    return f"{since(step.at_ms, began_ms):>{_LEFT - 2}}  "


def _cut(text: str, most: int = _TEXT_MAX) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _mermaid(step: Step) -> list[str]:
    if step.kind is not Kind.EXCHANGE:
        return [f"Note over {step.target}: {_WORDS[step.kind]}{_safe(step.text)}"]
    back = "--x" if step.answer.startswith("no answer") else "-->>"
    return [
        f"{step.source}->>{step.target}: {_safe(step.text)}",
        f"{step.target}{back}{step.source}: {_safe(step.answer)}",
    ]


def _safe(text: str) -> str:
    """Mermaid ends a line at a semicolon and reads entities after a number sign."""
    return _cut(text).replace(";", ",").replace("#", "#35;")
