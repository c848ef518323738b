"""Wallets: opening one, signing in to it, and the PIN that guards it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_id, new_token
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, ID_CHARS_MAX, TICKET_MS, WALLETS_MAX
from vendor_sim.kernel.money import UnknownCurrencyError, currency_of
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from wallet import store
from wallet.domain import Wallet, balance_told, locked, pin_tried
from wallet.service import pins
from wallet.service.kit import Base, keep_wallet, need_wallet, topic, wallet_view

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.storage.outbox import Task

_ID = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{ID_CHARS_MAX - 1}}}", re.ASCII)
_NAME_CHARS_MAX = 40


class Wallets(Base):
    """The verbs about wallets. Each is one transaction."""

    def open_wallet(
        self, wallet_id: str, name: str, currency: str, pin: str, opening_balance_minor: int
    ) -> dict[str, Any]:
        """Open a wallet; its account at the platform is opened by the next tick.

        Raises:
            Refused: ``invalid`` (which field), ``exists``, or ``busy`` where there are too many.
        """
        _check_opening(wallet_id, name, currency, opening_balance_minor)
        pins.check_form(pin)
        salt = self._ids.raw("pin-salt", pins.SALT_BYTES)
        pin_hash = pins.digest(pin, salt, self._pin_cost)
        now_ms = self._clock.now_ms()
        wallet = Wallet(
            id=wallet_id,
            name=name.strip(),
            currency=currency,
            account=None,
            account_key=new_id(self._ids, "wk"),
            opening_minor=opening_balance_minor,
            ready=False,
            balance_minor=0,
            held_minor=0,
            balance_at_ms=now_ms,
            pin_hash=pin_hash,
            pin_digits=len(pin),
            wrong_pins=0,
            locked_until_ms=None,
            opened_at_ms=now_ms,
        )
        self._door.transact(lambda cx: _open(cx, wallet, now_ms))
        return wallet_view(wallet)

    def wallets(self) -> list[dict[str, Any]]:
        """All wallets, oldest first."""
        return [wallet_view(wallet) for wallet in self._door.read(store.wallets)]

    def wallet(self, wallet_id: str) -> dict[str, Any]:
        """One wallet.

        Raises:
            Refused: ``not_found``.
        """
        return wallet_view(self._door.read(lambda cx: need_wallet(cx, wallet_id)))

    # -- the PIN ------------------------------------------------------------------------------
    def sign_in(self, wallet_id: str, pin: str) -> Problem | None:
        """Try a PIN: None where it is right. A wallet that is not there has no right one."""
        kept = self._door.read(lambda cx: store.wallet(cx, wallet_id))
        if kept is None:
            # The same work as for a wallet that is there, so that the time tells nothing.
            pins.digest(pin, b"no such wallet", self._pin_cost)
            return Problem(Code.WRONG_PIN, "there is no such wallet, or that is not its PIN", "pin")
        right = self._is_right(kept, pin)
        return self._door.transact(lambda cx: self._try_pin(cx, wallet_id, right=right))

    def pin_state(self, wallet_id: str) -> dict[str, int | None]:
        """Until when PINs are refused, if they are, and how many were wrong in a row.

        Raises:
            Refused: ``not_found``.
        """
        wallet = self._door.read(lambda cx: need_wallet(cx, wallet_id))
        is_locked = locked(wallet, self._clock.now_ms()) is not None
        return {
            "locked_until_ms": wallet.locked_until_ms if is_locked else None,
            "wrong_pins": wallet.wrong_pins,
        }

    def _is_right(self, kept: Wallet, pin: str) -> bool:
        """Slow on purpose, so never inside a transaction; a locked wallet is not worth the work."""
        if locked(kept, self._clock.now_ms()) is not None:
            return False
        return pins.matches(pin, kept.pin_hash)

    def _try_pin(self, cx: Connection, wallet_id: str, *, right: bool) -> Problem | None:
        """Count the try where it can be counted once: in the transaction.

        A hundred guesses at the same time are judged one after the other, and the lock that the
        third wrong one sets holds for those behind it, right or wrong.
        """
        wallet = need_wallet(cx, wallet_id)
        tried, problem = pin_tried(wallet, self._clock.now_ms(), right=right)
        if tried != wallet:
            keep_wallet(cx, tried)
        return problem

    # -- tickets ------------------------------------------------------------------------------
    def issue_ticket(self, wallet_id: str) -> str:
        """A token that signs in to this wallet once, soon.

        Raises:
            Refused: ``not_found``.
        """
        ticket = new_token(self._ids, "ticket")
        until_ms = self._clock.now_ms() + TICKET_MS

        def issue(cx: Connection) -> None:
            need_wallet(cx, wallet_id)
            store.add_ticket(cx, _digest(ticket), wallet_id, until_ms)

        self._door.transact(issue)
        return ticket

    def redeem_ticket(self, ticket: str) -> str:
        """The wallet that a ticket signs in to; the ticket is used up.

        Raises:
            Refused: ``unauthenticated`` where it was used, is too old, or never was.
        """
        now_ms = self._clock.now_ms()
        found = self._door.transact(lambda cx: store.take_ticket(cx, _digest(ticket), now_ms))
        if found is None:
            raise Refused(Code.UNAUTHENTICATED, "this ticket was used or is too old", "ticket")
        return found

    # -- what the platform said ---------------------------------------------------------------
    def account_opened(self, task: Task, account: str, now_ms: int) -> None:
        """The account is open; the demo money comes next."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            wallet = replace(need_wallet(cx, task.body["wallet"]), account=account)
            keep_wallet(cx, replace(wallet, ready=not wallet.opening_minor))
            if wallet.opening_minor:
                outbox.put(cx, "top_up", task.body, key=topic(wallet.id), due_at_ms=now_ms)

        self._door.transact(verb)

    def balance_arrived(self, task: Task, balance_minor: int, held_minor: int, now_ms: int) -> None:
        """The platform answered with the balance: after the demo money, or because it was asked."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            wallet = need_wallet(cx, task.body["wallet"])
            told = balance_told(wallet, balance_minor, held_minor, self._clock.now_ms())
            keep_wallet(cx, replace(told, ready=True))

        self._door.transact(verb)


def _open(cx: Connection, wallet: Wallet, now_ms: int) -> None:
    if store.wallet(cx, wallet.id) is not None:
        raise Refused(Code.EXISTS, f"there is a wallet {wallet.id!r} already", "id")
    if store.wallet_count(cx) >= WALLETS_MAX:
        raise Refused(Code.BUSY, f"there are {WALLETS_MAX} wallets; no more are opened here")
    store.add_wallet(cx, wallet)
    body = {"wallet": wallet.id}
    outbox.put(cx, "open_account", body, key=topic(wallet.id), due_at_ms=now_ms)
    touch(cx, topic(wallet.id))


def _check_opening(wallet_id: str, name: str, currency: str, opening_minor: int) -> None:
    if not _ID.fullmatch(wallet_id):
        raise Refused(Code.INVALID, "an id has small letters, digits, - and _, like mei-2", "id")
    if not 0 < len(name.strip()) <= _NAME_CHARS_MAX or not name.isprintable():
        raise Refused(Code.INVALID, f"a name has 1 to {_NAME_CHARS_MAX} characters", "name")
    try:
        currency_of(currency)
    except UnknownCurrencyError as error:
        raise Refused(Code.INVALID, str(error), "currency") from None
    if type(opening_minor) is not int or not 0 <= opening_minor <= AMOUNT_MINOR_MAX:
        raise Refused(
            Code.INVALID, f"the balance is 0 to {AMOUNT_MINOR_MAX} minor units", "balance_minor"
        )


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
