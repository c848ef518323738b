"""The wallet, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.storage.dated import dated
from vendor_sim.wire.clients import ProviderClient
from wallet import app as pages
from wallet.outbound import Outbound
from wallet.service import TABLES, WalletService

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport

__all__ = ["TABLES", "Wallet", "WalletSettings", "assemble"]


@dataclass(frozen=True)
class WalletSettings:
    """What a wallet needs to be told.

    Attributes:
        ledger_url: Where the ledger service is, like ``http://ledger``.
        provider_key: The API key of this wallet provider there.
        hook_secrets: ``whsec_…`` texts; a notice may be signed by any of them.
        session_secret: Signs the cookies.
        link_base: Where our own payment codes lead, like ``http://192.168.1.20:8000``.
        pin_cost: scrypt's n, a power of two.
        trace_writes: Whether answers say what was written.
        secure: Whether it is served over TLS only.
    """

    ledger_url: str
    provider_key: str = field(repr=False)
    hook_secrets: tuple[str, ...] = field(repr=False)
    session_secret: str = field(repr=False)
    link_base: str
    pin_cost: int = 2**14
    trace_writes: bool = False
    secure: bool = False


@dataclass(frozen=True)
class Wallet:
    """The wallet service: its application, its verbs, and its turn."""

    app: Flask
    service: WalletService
    outbound: Outbound


def assemble(
    settings: WalletSettings, door: Door, clock: Clock, ids: Ids, transport: Transport
) -> Wallet:
    """Put the wallet together.

    Args:
        settings: What it needs to be told.
        door: To its own database, which has :data:`TABLES`.
        clock: Tells the time.
        ids: Makes ids, tokens and salts.
        transport: Carries its requests to the ledger service.
    """
    door, in_verbs = dated(door, clock)
    service = WalletService(
        door, in_verbs, ids, link_base=settings.link_base, pin_cost=settings.pin_cost
    )
    client = ProviderClient(settings.ledger_url, settings.provider_key, transport)
    app = pages.make(
        service,
        clock,
        session_secret=settings.session_secret,
        hook_secrets=settings.hook_secrets,
        secure=settings.secure,
    )
    app.config["TRACE_WRITES"] = settings.trace_writes
    return Wallet(app, service, Outbound(door, service, client))
