"""A mix of faults for each seed: a swarm finds what one balanced mix never meets.

Half of the kinds are off in a world, so that what is on can go far: a world in which everything
fails a little seldom gets to the rare places. Rules say nothing of their own about delays and
durations, so that the decisions which bit, as a script, repeat the run exactly.
"""

from __future__ import annotations

from typing import Any

from vendor_sim.world.faults import HARDWARE, PROCESSES, Fault
from vendor_sim.world.simulate.choices import Choices

_HOPS = (
    *(("machine", "ledger"), ("wallet", "ledger")),
    *(("ledger", "machine"), ("ledger", "wallet")),
)
_DEAD = (Fault.REFUSED, Fault.REQUEST_LOST, Fault.SILENT)
_PER_MESSAGE = (0.003, 0.05)
_PER_TURN = (0.02, 0.25)
_PER_POINT = (0.0003, 0.004)
"""Between which odds a kind is drawn. A purchase has some ten messages, one turn of a motor, and a
hundred points at which a service can be killed."""
_OFF = 0.5
_OFF_HEAVY = 0.2
_HEAVY_TIMES = 2
_OUTAGE = 0.3


def mix(seed: int, *, heavy: bool = False) -> dict[str, Any]:
    """The fault plan of a seed.

    Args:
        seed: Draws it.
        heavy: Few kinds are off, and all bite twice as often.
    """
    choices = Choices(seed, "swarm")
    off = _OFF_HEAVY if heavy else _OFF
    rules = [
        {"fault": fault.value, "probability": _odds(choices, fault, heavy=heavy)}
        for fault in Fault
        if not choices.happens(f"{fault.value} is off", off)
    ]
    if choices.happens("outage", _OUTAGE):
        rules.append(_outage(choices))
    return {"seed": seed, "rules": rules}


def _odds(choices: Choices, fault: Fault, *, heavy: bool) -> float:
    """Drawn evenly between the two on a scale of ratios: rare is as likely as frequent."""
    least, most = _range_of(fault)
    odds: float = least * (most / least) ** choices.share(f"odds of {fault.value}")
    return round(odds * (_HEAVY_TIMES if heavy else 1), 6)


def _range_of(fault: Fault) -> tuple[float, float]:
    if fault in HARDWARE:
        return _PER_TURN
    return _PER_POINT if fault in PROCESSES else _PER_MESSAGE


def _outage(choices: Choices) -> dict[str, Any]:
    """One hop is dead for a while."""
    source, target = choices.one_of("dead hop", _HOPS)
    return {
        "fault": choices.one_of("dead how", _DEAD).value,
        "from": source,
        "to": target,
        "after": choices.between("dead after", 5, 150),
        "times": choices.between("dead for", 5, 40),
    }
