"""The rule about answers: no service of ours fails unless somebody made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vendor_sim.world.audit.records import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.audit.records import Records, Row, Rows
    from vendor_sim.world.build import World

_OURS = frozenset({"ledger", "machine", "wallet"})
_FAILED = 500
_AWAY = 503
_MADE = "server_error"
"""The fault that is such an answer; whatever else befalls a message, no service may break of it."""
_BUG = "vendor-sim-failed"
"""The header of an answer that a service gave because something in it broke."""
_DIALECT = "/v3/"
"""There an error is told in the words of WeChat Pay, and may have been asked for: the header alone
says which is ours."""


def answers_are_meant(records: Records) -> Iterator[str]:
    """No service answered that something in it broke."""
    return (told(row) for row in records.failed)


def failed(world: World, since: int = 0) -> Rows:
    """Answers that nobody meant, of all that are still kept, or of those after the Nth."""
    return [row_of(n, one) for n, one in world.journal.exchanges(since) if is_bug(one)]


def is_bug(exchange: Exchange) -> bool:
    """Whether a service of ours answered so of itself, and not because it was busy or away."""
    if exchange.status is None or exchange.status < _FAILED or exchange.fault == _MADE:
        return False
    if exchange.target not in _OURS:
        return False
    if exchange.path.startswith(_DIALECT):
        return any(name.lower() == _BUG for name in exchange.answer_headers)
    return _code(exchange) != "unavailable"


def _code(exchange: Exchange) -> str | None:
    try:
        if exchange.status == _AWAY and exchange.fault is not None:
            return "unavailable"  # what it said may have been spoilt on its way
        told = json.loads(exchange.answer)
        if exchange.status == _AWAY and told.get("code") == "FAIL":
            return "unavailable"  # a hook of the dialect has no other word for it
        return str(told["error"]["code"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def row_of(n: int, exchange: Exchange) -> Row:
    """An exchange in short, without bodies and queries: evidence."""
    names = ("at_ms", "source", "target", "method", "status")
    facts = {name: getattr(exchange, name) for name in names}
    return {"n": n, **facts, "path": exchange.path.partition("?")[0]}
