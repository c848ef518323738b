"""Where the money of one purchase stands, as T-accounts: debits left, credits right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.money import Money, currency_of
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

_FADED = {"void": "void", "expire": "void"}


def t_account(
    title: str, account: str, transfers: Iterable[dict[str, Any]], balance: dict[str, Any] | None
) -> dict[str, Any]:
    """Fold the transfers of a purchase into one account as a classroom draws it.

    Args:
        title: Whose account it is.
        account: Its id.
        transfers: ``TransferView`` documents of the purchase, oldest first.
        balance: Its ``AccountView``, where the account has one to show.

    Returns:
        ``{"title", "balance", "lines": [{"side": "left"|"right", "label", "amount", "tone"}]}``;
        ``tone`` is ``held``, ``void`` (a hold that was let go) or ``posted``.
    """
    lines: dict[str, dict[str, Any]] = {}
    for transfer in transfers:
        if transfer["kind"] in {"post", "void", "expire"}:
            _end_hold(lines, transfer)
        elif account in {transfer["debit"], transfer["credit"]}:
            lines[transfer["id"]] = _line(transfer, account)
    shown = None if balance is None else _amount(balance["balance_minor"], balance["currency"])
    return {"title": title, "balance": shown, "lines": list(lines.values())}


def sentence(order: dict[str, Any] | None) -> str:
    """What the accounts say, in words."""
    if order is None:
        return _("Press a slot: the machine asks the ledger service to collect for one drink.")
    told = {
        "none": _("No money has moved."),
        "held": _("Held, not yet taken. It is captured when the drink falls, and let go if not."),
        "taken": _("Taken: the merchant has it, for good unless it is refunded."),
        "returning": _("On its way back to the payer."),
        "returned": _("Back with the payer: nothing fell, nothing is owed."),
    }
    return told[order["money"]]


def _end_hold(lines: dict[str, dict[str, Any]], transfer: dict[str, Any]) -> None:
    line = lines.get(transfer["pending_id"] or "")
    if line is None:
        return
    tone = _FADED.get(transfer["kind"], "posted")
    label = _("let go") if tone == "void" else _label(transfer["code"])
    line.update(tone=tone, label=label)


def _line(transfer: dict[str, Any], account: str) -> dict[str, Any]:
    return {
        "side": "left" if transfer["debit"] == account else "right",
        "label": _label(transfer["code"]),
        "amount": _amount(transfer["amount_minor"], transfer["currency"]),
        "tone": "held" if transfer["kind"] == "pending" else "posted",
    }


def _label(code: str) -> str:
    labels = {
        "hold": _("hold"),
        "sale": _("sale"),
        "refund": _("refund"),
        "refund_done": _("refund"),
        "fee": _("fee"),
        "fee_returned": _("fee returned"),
    }
    return labels.get(code.lower(), code.lower())


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency_of(currency)))
