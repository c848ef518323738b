"""How a machine reaches its platform, and by which keys it knows the platform's own messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select

from vendor_sim.kernel.limits import MINUTE_MS
from vendor_sim.machine import store
from vendor_sim.machine.service import views
from vendor_sim.storage import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

RENEW_KEYS = "renew_keys"
"""Kind of the task that asks the platform for the keys it signs with."""
RENEW_TRIES = 8
"""The platform sends its message again for a day; that asks for the keys anew."""
_RENEW_PAUSE_MS = MINUTE_MS
"""Whoever sends us nonsense makes us ask the platform once a minute, not once a message."""
_KEYS = select(store.PLATFORM_KEY.c.name, store.PLATFORM_KEY.c.pem).where(
    store.PLATFORM_KEY.c.machine == bindparam("machine_id")
)
_FORGET = delete(store.PLATFORM_KEY).where(
    store.PLATFORM_KEY.c.machine == bindparam("machine_id"),
    store.PLATFORM_KEY.c.name == bindparam("key_name"),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a machine reaches its platform.

    Attributes:
        speaks: The dialect.
        merchant_id: Who it collects for.
        credentials: The merchant's keys, in the adapter's own form.
    """

    speaks: str
    merchant_id: str
    credentials: str = field(repr=False)


def credentials(cx: Connection, machine_id: str) -> Credentials:
    """How a machine reaches its platform.

    Raises:
        Refused: There is no such machine (``not_found``).
    """
    row = views.machine_row(cx, machine_id)
    return Credentials(row.speaks, row.merchant_id, row.credentials)


def platform_keys(cx: Connection, machine_id: str) -> dict[str, str]:
    """What the platform itself told of the keys it signs with: PEM by name."""
    return {row.name: row.pem for row in cx.execute(_KEYS, {"machine_id": machine_id})}


def keep_platform_keys(
    cx: Connection, machine_id: str, keys: Mapping[str, str], now_ms: int
) -> None:
    """Remember keys the platform told, and keep those it told before."""
    for name, pem in keys.items():
        cx.execute(_FORGET, {"machine_id": machine_id, "key_name": name})
        row = {"machine": machine_id, "name": name, "pem": pem, "known_at_ms": now_ms}
        cx.execute(insert(store.PLATFORM_KEY), row)


def want_platform_keys(cx: Connection, machine_id: str, now_ms: int) -> bool:
    """Let the tick ask the platform for its keys; False where that is under way, or just was."""
    key = f"{RENEW_KEYS}:{machine_id}"
    table = outbox.TASK
    recent = table.c.done_at_ms.is_(None) | (table.c.done_at_ms > now_ms - _RENEW_PAUSE_MS)
    if cx.execute(select(table.c.id).where(table.c.key == key, recent)).first() is not None:
        return False
    outbox.put(cx, RENEW_KEYS, {"machine": machine_id}, key=key, due_at_ms=now_ms)
    return True
