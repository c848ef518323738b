"""Puts the payment platform together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import REFUND_MS
from vendor_sim.payments.app import console, create_app
from vendor_sim.payments.outbound import Outbound
from vendor_sim.payments.service import TABLES, MerchantSeed, PaymentsService, ProviderSeed

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport

__all__ = [
    "TABLES",
    "MerchantSeed",
    "Payments",
    "PaymentsSettings",
    "ProviderSeed",
    "assemble",
]


@dataclass(frozen=True)
class PaymentsSettings:
    """What the platform needs to know.

    Attributes:
        link_base: Scheme, host and port under which phones reach the wallet.
        console_password: Opens the console.
        session_secret: Signs the console's sessions.
        merchants: Merchants to begin with; given again they are left as they are.
        providers: Wallet providers to begin with.
        trace_writes: Whether answers say what was written (``Vendor-Sim-Wrote``).
        refund_ms: How long a refund rests in transit.
        secure: Whether it is served over TLS only.
    """

    link_base: str
    console_password: str
    session_secret: str
    merchants: tuple[MerchantSeed, ...] = ()
    providers: tuple[ProviderSeed, ...] = ()
    trace_writes: bool = False
    refund_ms: int = REFUND_MS
    secure: bool = False


@dataclass(frozen=True)
class Payments:
    """The platform: its web application, its verbs, its own turn."""

    app: Flask
    service: PaymentsService
    outbound: Outbound


def assemble(
    settings: PaymentsSettings, door: Door, clock: Clock, ids: Ids, transport: Transport
) -> Payments:
    """Put the platform together over a database that has :data:`TABLES`.

    Raises:
        Refused: A merchant or provider to begin with is not valid.
    """
    service = PaymentsService(
        door, clock, ids, link_base=settings.link_base, refund_ms=settings.refund_ms
    )
    for merchant in settings.merchants:
        service.parties.add_merchant(merchant)
    for provider in settings.providers:
        service.parties.add_provider(provider)
    app = create_app(
        service,
        clock,
        session_secret=settings.session_secret,
        secure=settings.secure,
        pages=[console.blueprint(service, settings.console_password)],
    )
    app.config["TRACE_WRITES"] = settings.trace_writes
    return Payments(app, service, Outbound(door, service, transport))
