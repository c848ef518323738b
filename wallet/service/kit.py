"""What every part of the service stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from wallet import store
from wallet.domain import PUBLISHED, Scan, Wallet, money

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.storage.database import Door


class Base:
    """A door to the database, a clock, a source of ids, and two settings.

    Args:
        link_base: Where our own codes lead; others are from elsewhere.
        pin_cost: scrypt's n for new PINs.
    """

    def __init__(
        self, door: Door, clock: Clock, ids: Ids, *, link_base: str, pin_cost: int
    ) -> None:
        self._door = door
        self._clock = clock
        self._ids = ids
        self._link_base = link_base
        self._pin_cost = pin_cost


def topic(wallet_id: str) -> str:
    """What a wallet's live pages listen to."""
    return f"wallet:{wallet_id}"


def scan_key(scan_id: str) -> str:
    """The key of all tasks that move a scan on."""
    return f"scan:{scan_id}"


def code_key(code_id: str) -> str:
    """The key of the task that moves a payment code on; there is one at a time."""
    return f"code:{code_id}"


def need_wallet(cx: Connection, wallet_id: str) -> Wallet:
    """The wallet.

    Raises:
        Refused: ``not_found``.
    """
    found = store.wallet(cx, wallet_id)
    if found is None:
        raise Refused(Code.NOT_FOUND, f"there is no wallet {wallet_id!r}", "wallet")
    return found


def need_scan(cx: Connection, scan_id: str, wallet_id: str | None = None) -> Scan:
    """The scan; another wallet's is as good as none.

    Raises:
        Refused: ``not_found``.
    """
    found = store.scan(cx, scan_id)
    if found is None or wallet_id not in {None, found.wallet}:
        raise Refused(Code.NOT_FOUND, f"there is no scan {scan_id!r}", "scan")
    return found


def put_for_scan(cx: Connection, kind: str, scan: Scan, due_at_ms: int) -> None:
    """Ask for the next piece of work on a scan."""
    outbox.put(cx, kind, {"scan": scan.id}, key=scan_key(scan.id), due_at_ms=due_at_ms)


def keep_scan(cx: Connection, scan: Scan) -> None:
    """Keep a changed scan, and tell its pages."""
    store.save_scan(cx, scan)
    touch(cx, topic(scan.wallet))


def keep_wallet(cx: Connection, wallet: Wallet) -> None:
    """Keep a changed wallet, and tell its pages."""
    store.save_wallet(cx, wallet)
    touch(cx, topic(wallet.id))


def wallet_view(wallet: Wallet) -> dict[str, Any]:
    """A wallet as others see it."""
    return {
        "id": wallet.id,
        "name": wallet.name,
        "balance_minor": wallet.balance_minor,
        "held_minor": wallet.held_minor,
        "currency": wallet.currency,
        "state": "ready" if wallet.ready else "opening",
        "account": wallet.account,
        "pin_digits": wallet.pin_digits,
    }


def scan_view(scan: Scan) -> dict[str, Any]:
    """A scan as others see it."""
    return {
        "id": scan.id,
        "wallet": scan.wallet,
        "code": scan.code,
        "state": PUBLISHED[scan.state],
        "exact_state": scan.state.value,
        "money": money(scan),
        "merchant_name": scan.merchant_name,
        "description": scan.description,
        "amount_minor": scan.amount_minor,
        "currency": scan.currency,
        "reason": scan.reason.value if scan.reason else None,
        "foreign": scan.foreign.value if scan.foreign else None,
        "elsewhere": scan.elsewhere,
        "refunded_minor": scan.refunded_minor,
        "refund_pending_minor": scan.refund_pending_minor,
        "fulfilment": scan.fulfilment,
        "intent": scan.intent,
        "authorisation": scan.authorisation,
        "pay_until_ms": scan.pay_until_ms,
        "way": scan.way.value,
        "presented": scan.presented,
        "at_ms": scan.at_ms,
    }
