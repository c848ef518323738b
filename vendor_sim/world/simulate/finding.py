"""Which steps of a run belong to what is wrong: those that name what the evidence names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_sim.world.simulate.story import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_sim.world.simulate.story import Step

STEPS_MAX = 80
_ID = re.compile(r"\b(?:ord|in|sc|au)_[2-9a-z]{16}\b", re.ASCII)
"""Orders, intents, scans and authorisations: what one purchase is called by different people."""
_SEALED_HOOK = "/machine/hooks/wechat/"
"""What is said there is encrypted and names nothing."""


def around(steps: Sequence[Step], evidence: Iterable[str]) -> list[Step]:
    """The steps of the purchases that the evidence names, or the last ones where it names none.

    Args:
        steps: All of them, in order.
        evidence: Of every breach.
    """
    names = _with_aliases(steps, set(_ID.findall(" ".join(evidence))))
    if not names:
        return list(steps[-STEPS_MAX:])
    named = [step for step in steps if _names(step) & names]
    if not named:
        return list(steps[-STEPS_MAX:])
    instants = {step.at_ms for step in named}
    first_ms, last_ms = min(instants), max(instants)
    found = [
        step
        for step in steps
        if _names(step) & names
        or (step.kind is Kind.FAULT and first_ms <= step.at_ms <= last_ms)
        or (_SEALED_HOOK in step.text and step.at_ms in instants)
        or step.kind is Kind.BREACH
    ]
    return found[-STEPS_MAX:]


def _with_aliases(steps: Sequence[Step], names: set[str]) -> set[str]:
    """Names that stand beside a known name in an exchange mean the same purchase."""
    while True:
        more = {
            name
            for step in steps
            if step.kind in {Kind.EXCHANGE, Kind.ACT} and (found := _names(step)) & names
            for name in found
        }
        if more <= names:
            return names
        names = names | more


def _names(step: Step) -> set[str]:
    return set(_ID.findall(step.about))
