"""How wallets, scans and payment codes lie in their tables. Seen by ``wallet.service`` only."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from vendor_sim.kernel.problems import Code
from vendor_sim.wire.qr import Foreign
from wallet.domain import CodeState, PayerCode, Scan, ScanState, Wallet, Way
from wallet.store.rows import PAYER_CODE, SCAN, SEEN, TABLES, TICKET, WALLET

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping, Select

__all__ = [
    "TABLES",
    "add_code",
    "add_scan",
    "add_ticket",
    "add_wallet",
    "code",
    "codes",
    "history",
    "open_scan",
    "save_code",
    "save_scan",
    "save_wallet",
    "scan",
    "scan_by_authorisation",
    "seen",
    "take_ticket",
    "waiting_scan",
    "wallet",
    "wallet_count",
    "wallet_of_account",
    "wallets",
]

_ID: Any = bindparam("the_id")
_ADD_WALLET, _ADD_SCAN, _SEE = insert(WALLET), insert(SCAN), insert(SEEN)
_WALLETS = select(WALLET).order_by(WALLET.c.opened_at_ms, WALLET.c.id)
_WALLET_COUNT = select(func.count()).select_from(WALLET)
_SEEN = select(SEEN.c.id).where(SEEN.c.id == _ID)
_WALLET = select(WALLET).where(WALLET.c.id == _ID)
_SCAN = select(SCAN).where(SCAN.c.id == _ID)
_SCAN_BY_AUTHORISATION = select(SCAN).where(SCAN.c.authorisation == _ID)
_OPEN_SCAN = (
    select(SCAN)
    .where(
        SCAN.c.wallet == _ID,
        SCAN.c.code == bindparam("the_code"),
        or_(SCAN.c.state == ScanState.READING.value, SCAN.c.state == ScanState.ASKING.value),
    )
    .order_by(SCAN.c.at_ms.desc())
    .limit(1)
)
_WAITING_SCAN = (
    select(SCAN)
    .where(
        SCAN.c.wallet == _ID,
        SCAN.c.state == ScanState.ASKING.value,
        SCAN.c.presented.is_not(None),
    )
    .order_by(SCAN.c.at_ms.desc(), SCAN.c.id.desc())
    .limit(1)
)
_HISTORY = (
    select(SCAN)
    .where(SCAN.c.wallet == _ID)
    .order_by(SCAN.c.at_ms.desc(), SCAN.c.id.desc())
    .limit(bindparam("the_limit"))
)
_CODE = select(PAYER_CODE).where(PAYER_CODE.c.id == _ID)
_CODES = select(PAYER_CODE).where(PAYER_CODE.c.wallet == _ID).order_by(PAYER_CODE.c.number.desc())
_ENDED = PAYER_CODE.c.state.not_in([CodeState.WANTED.value, CodeState.READY.value])
_FORGET_CODES = delete(PAYER_CODE).where(PAYER_CODE.c.wallet == _ID, _ENDED)
_SAVE_CODE = update(PAYER_CODE).where(PAYER_CODE.c.id == _ID)
_SAVE_WALLET = update(WALLET).where(WALLET.c.id == _ID)
_SAVE_SCAN = update(SCAN).where(SCAN.c.id == _ID)


# -- wallets ----------------------------------------------------------------------------------
def add_wallet(cx: Connection, wallet: Wallet) -> None:
    """Keep a new wallet."""
    cx.execute(_ADD_WALLET, {**asdict(wallet), "ready": int(wallet.ready)})


def save_wallet(cx: Connection, wallet: Wallet) -> None:
    """Keep a changed wallet."""
    values = {**asdict(wallet), "ready": int(wallet.ready)}
    cx.execute(_SAVE_WALLET, {"the_id": values.pop("id"), **values})


def wallet(cx: Connection, wallet_id: str) -> Wallet | None:
    """One wallet, if there is one."""
    row = cx.execute(_WALLET, {"the_id": wallet_id}).mappings().first()
    return None if row is None else _wallet(row)


def wallet_of_account(cx: Connection, account: str) -> Wallet | None:
    """The wallet whose account at the platform this is."""
    row = cx.execute(select(WALLET).where(WALLET.c.account == account)).mappings().first()
    return None if row is None else _wallet(row)


def wallets(cx: Connection) -> list[Wallet]:
    """All wallets, oldest first."""
    return [_wallet(row) for row in cx.execute(_WALLETS).mappings()]


def wallet_count(cx: Connection) -> int:
    """How many wallets there are."""
    return int(cx.execute(_WALLET_COUNT).scalar_one())


# -- scans ------------------------------------------------------------------------------------
def add_scan(cx: Connection, scan: Scan) -> None:
    """Keep a new scan."""
    cx.execute(_ADD_SCAN, asdict(scan))


def save_scan(cx: Connection, scan: Scan) -> None:
    """Keep a changed scan."""
    values = asdict(scan)
    cx.execute(_SAVE_SCAN, {"the_id": values.pop("id"), **values})


def scan(cx: Connection, scan_id: str) -> Scan | None:
    """One scan, if there is one."""
    return _first_scan(cx, _SCAN, the_id=scan_id)


def scan_by_authorisation(cx: Connection, authorisation: str) -> Scan | None:
    """The scan whose yes has this id."""
    return _first_scan(cx, _SCAN_BY_AUTHORISATION, the_id=authorisation)


def open_scan(cx: Connection, wallet_id: str, code: str) -> Scan | None:
    """The scan of this code that this wallet has not answered yet."""
    return _first_scan(cx, _OPEN_SCAN, the_id=wallet_id, the_code=code)


def waiting_scan(cx: Connection, wallet_id: str) -> Scan | None:
    """The newest scan of a till that waits for this wallet's yes."""
    return _first_scan(cx, _WAITING_SCAN, the_id=wallet_id)


def history(cx: Connection, wallet_id: str, limit: int) -> list[Scan]:
    """A wallet's scans, newest first."""
    rows = cx.execute(_HISTORY, {"the_id": wallet_id, "the_limit": limit})
    return [_scan(row) for row in rows.mappings()]


# -- payment codes ----------------------------------------------------------------------------
def add_code(cx: Connection, code: PayerCode) -> None:
    """Keep a new payment code; those of the same wallet that have ended are forgotten."""
    cx.execute(_FORGET_CODES, {"the_id": code.wallet})
    cx.execute(insert(PAYER_CODE), asdict(code))


def save_code(cx: Connection, code: PayerCode) -> None:
    """Keep a changed payment code."""
    values = asdict(code)
    cx.execute(_SAVE_CODE, {"the_id": values.pop("id"), **values})


def code(cx: Connection, code_id: str) -> PayerCode | None:
    """One payment code, if it is not forgotten."""
    row = cx.execute(_CODE, {"the_id": code_id}).mappings().first()
    return None if row is None else _code(row)


def codes(cx: Connection, wallet_id: str) -> list[PayerCode]:
    """A wallet's payment codes that are not forgotten, newest first."""
    return [_code(row) for row in cx.execute(_CODES, {"the_id": wallet_id}).mappings()]


# -- tickets and notices ----------------------------------------------------------------------
def add_ticket(cx: Connection, digest: str, wallet_id: str, valid_until_ms: int) -> None:
    """Keep a one-time sign-in."""
    row = {"digest": digest, "wallet": wallet_id, "valid_until_ms": valid_until_ms}
    cx.execute(insert(TICKET), row)


def take_ticket(cx: Connection, digest: str, now_ms: int) -> str | None:
    """The wallet a ticket signs in to; the ticket is gone, and so are all that are too old."""
    query = select(TICKET.c.wallet).where(
        TICKET.c.digest == digest, TICKET.c.valid_until_ms > now_ms
    )
    found = cx.execute(query).scalar()
    cx.execute(
        delete(TICKET).where((TICKET.c.digest == digest) | (TICKET.c.valid_until_ms <= now_ms))
    )
    return found


def seen(cx: Connection, notice_id: str, at_ms: int) -> bool:
    """Whether a notice was taken in before; from now on it was."""
    if cx.execute(_SEEN, {"the_id": notice_id}).first() is not None:
        return True
    cx.execute(_SEE, {"id": notice_id, "at_ms": at_ms})
    return False


def _wallet(row: RowMapping) -> Wallet:
    return Wallet(**{**row, "ready": bool(row["ready"])})


def _first_scan(cx: Connection, query: Select[Any], **given: str) -> Scan | None:
    row = cx.execute(query, given).mappings().first()
    return None if row is None else _scan(row)


def _scan(row: RowMapping) -> Scan:
    values: dict[str, Any] = dict(row)
    values["state"] = ScanState(values["state"])
    values["foreign"] = None if values["foreign"] is None else Foreign(values["foreign"])
    values["reason"] = None if values["reason"] is None else Code(values["reason"])
    values["way"] = Way(values["way"])
    return Scan(**values)


def _code(row: RowMapping) -> PayerCode:
    reason = None if row["reason"] is None else Code(row["reason"])
    return PayerCode(**{**row, "state": CodeState(row["state"]), "reason": reason})
