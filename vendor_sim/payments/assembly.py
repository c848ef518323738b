"""Puts the payment platform together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import NOTICE_LANES, REFUND_MS
from vendor_sim.payments.app import console, create_app
from vendor_sim.payments.outbound import Courier, Outbound
from vendor_sim.payments.service import LANES, WECHAT, MerchantSeed, PaymentsService, ProviderSeed
from vendor_sim.payments.service import TABLES as OWN_TABLES
from vendor_sim.payments.wechat import assembling, store
from vendor_sim.payments.wechat.assembling import Wechat, WechatSettings
from vendor_sim.storage.dated import dated

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.service import Dialect
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport

__all__ = [
    "TABLES",
    "MerchantSeed",
    "Payments",
    "PaymentsSettings",
    "ProviderSeed",
    "Wechat",
    "WechatSettings",
    "assemble",
]

TABLES = (*OWN_TABLES, *store.TABLES)
"""All tables of the platform's database."""


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
        wechat: The dialect WeChat Pay API v3; None leaves it out.
        couriers: How many deliver notices, each in its share of the lanes.
    """

    link_base: str
    console_password: str
    session_secret: str
    merchants: tuple[MerchantSeed, ...] = ()
    providers: tuple[ProviderSeed, ...] = ()
    trace_writes: bool = False
    refund_ms: int = REFUND_MS
    secure: bool = False
    wechat: WechatSettings | None = None
    couriers: int = NOTICE_LANES


@dataclass(frozen=True)
class Payments:
    """The platform: its web application, its verbs, its own turns, its other dialect.

    Attributes:
        outbound: Does what is due by time.
        couriers: Deliver notices, each in lanes of its own.
        wechat: WeChat Pay API v3; ask for it only where it was set up.
    """

    app: Flask
    service: PaymentsService
    outbound: Outbound
    couriers: tuple[Courier, ...]
    dialect: Wechat | None = None

    @property
    def wechat(self) -> Wechat:
        """The dialect WeChat Pay API v3.

        Raises:
            LookupError: It was left out.
        """
        if self.dialect is None:
            raise LookupError("this platform was set up without WeChat Pay")
        return self.dialect


def assemble(
    settings: PaymentsSettings, door: Door, clock: Clock, ids: Ids, transport: Transport
) -> Payments:
    """Put the platform together over a database that has :data:`TABLES`.

    Raises:
        Refused: A merchant or provider to begin with is not valid.
    """
    door, in_verbs = dated(door, clock)
    service, dialect = _service(settings, door, in_verbs, ids)
    for merchant in settings.merchants:
        service.parties.add_merchant(merchant)
    for provider in settings.providers:
        service.parties.add_provider(provider)
    app = create_app(
        service,
        clock,
        session_secret=settings.session_secret,
        secure=settings.secure,
        pages=[
            console.blueprint(
                service, settings.console_password, dialect.window if dialect else None
            )
        ],
    )
    app.config["TRACE_WRITES"] = settings.trace_writes
    envelopes = {}
    if dialect is not None:
        envelopes[WECHAT] = dialect.envelope
        flask = app.wsgi_app
        app.wsgi_app = dialect.gate(flask, trace_writes=settings.trace_writes)  # type: ignore[method-assign]
    shares = [LANES[first :: settings.couriers] for first in range(settings.couriers)]
    couriers = tuple(Courier(door, service, transport, envelopes, share) for share in shares)
    return Payments(app, service, Outbound(door, service), couriers, dialect)


def _service(
    settings: PaymentsSettings, door: Door, clock: Clock, ids: Ids
) -> tuple[PaymentsService, Wechat | None]:
    """The verbs, and the dialect, which is made as soon as their parts stand."""
    made: list[Wechat] = []

    def make(service: PaymentsService, wechat: WechatSettings) -> Dialect:
        made.append(assembling.assemble(wechat, service, door, clock, ids))
        return made[0].dialect

    dialects = {WECHAT: partial(make, wechat=settings.wechat)} if settings.wechat else None
    service = PaymentsService(
        door,
        clock,
        ids,
        link_base=settings.link_base,
        refund_ms=settings.refund_ms,
        dialects=dialects,
    )
    return service, (made[0] if made else None)
