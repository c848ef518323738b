"""A scripted fault plan: what happens to which message, how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from vendor_sim.wire.transports import Fault

if TYPE_CHECKING:
    from vendor_sim.wire.http import Request

__all__ = ["Fault", "FaultPlan", "Rule"]


@dataclass
class Rule:
    """One kind of trouble.

    Attributes:
        fault: What happens to a message.
        source, target: Between which services; None is any.
        method: Which requests; None is any.
        path: Shell pattern on the path without its query.
        times: How many messages more it happens to; None is until told otherwise.
    """

    fault: Fault
    source: str | None = None
    target: str | None = None
    method: str | None = None
    path: str = "*"
    times: int | None = 1

    def fits(self, hop: tuple[str, str], request: Request) -> bool:
        """Whether this request is one it happens to."""
        return (
            self.times != 0
            and self.source in {None, hop[0]}
            and self.target in {None, hop[1]}
            and self.method in {None, request.method}
            and fnmatchcase(request.url.path, self.path)
        )


@dataclass
class FaultPlan:
    """Rules in the order given; the first that fits a message decides what becomes of it."""

    rules: list[Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, rule: Rule) -> None:
        """Script trouble that begins now."""
        with self._lock:
            self.rules.append(rule)

    def clear(self) -> None:
        """From now on every message arrives."""
        with self._lock:
            self.rules.clear()

    def decide(self, hop: tuple[str, str], request: Request) -> Fault | None:
        """What happens to this message; counts it."""
        with self._lock:
            rule = next((rule for rule in self.rules if rule.fits(hop, request)), None)
            if rule is None:
                return None
            if rule.times is not None:
                rule.times -= 1
            return rule.fault
