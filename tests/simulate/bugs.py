"""Bugs, planted for a test: what a simulation is there to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.machine.domain import Duty
from vendor_sim.machine.service import changes
from wallet.service import WalletService

if TYPE_CHECKING:
    import pytest


def forget_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine forgets to give back what was paid for an order: no task is put for it."""
    put = changes._put

    def forgetful(cx: Any, order: Any, duty: Duty, due_at_ms: int) -> None:
        if duty not in {Duty.VOID, Duty.REFUND, Duty.CLOSE_INTENT}:
            put(cx, order, duty, due_at_ms)

    monkeypatch.setattr(changes, "_put", forgetful)


def sometimes_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verb of the wallet fails as no verb may."""

    def approve(*_given: Any) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(WalletService, "approve", approve)
