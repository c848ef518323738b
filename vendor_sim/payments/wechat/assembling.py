"""Puts the dialect together over a platform that stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.payments.wechat.behaviour import Behaving
from vendor_sim.payments.wechat.bills.endpoints import Bills
from vendor_sim.payments.wechat.calls import WechatKit, WechatSettings
from vendor_sim.payments.wechat.certificates import Certificates
from vendor_sim.payments.wechat.codepay import CodePay
from vendor_sim.payments.wechat.dialect import WechatDialect
from vendor_sim.payments.wechat.envelope import WechatEnvelope
from vendor_sim.payments.wechat.gate import WechatGate
from vendor_sim.payments.wechat.inspector import Inspector
from vendor_sim.payments.wechat.merchants import Merchants
from vendor_sim.payments.wechat.orders import Orders
from vendor_sim.payments.wechat.platform import Platform
from vendor_sim.payments.wechat.refunds import Refunds
from vendor_sim.payments.wechat.window import Window

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.service import PaymentsService
    from vendor_sim.payments.wechat.calls import Route
    from vendor_sim.payments.wechat.gate import WsgiApp
    from vendor_sim.storage.database import Door

__all__ = ["Wechat", "WechatSettings", "assemble"]


@dataclass(frozen=True)
class Wechat:
    """The dialect.

    Attributes:
        routes: Its endpoints.
        merchants: Who speaks it.
        behaving: What is done to them on purpose.
        platform: The platform's keyring.
        inspector: The last requests.
        dialect: What it tells of intents and refunds, for the platform's service.
        envelope: How its notifications are sent, for the platform's outbound.
    """

    kit: WechatKit
    routes: tuple[Route, ...]
    merchants: Merchants
    behaving: Behaving
    platform: Platform
    inspector: Inspector
    dialect: WechatDialect
    envelope: WechatEnvelope

    @property
    def window(self) -> Window:
        """The dialect as the console shows it."""
        return Window(self.kit, self.behaving, self.inspector)

    def gate(self, fallthrough: WsgiApp, *, trace_writes: bool = False) -> WechatGate:
        """The application that answers ``/v3`` in front of another one."""
        return WechatGate(
            self.kit,
            self.routes,
            fallthrough,
            inspector=self.inspector,
            trace_writes=trace_writes,
        )


def assemble(
    settings: WechatSettings, service: PaymentsService, door: Door, clock: Clock, ids: Ids
) -> Wechat:
    """Put the dialect together, with its merchants to begin with.

    Raises:
        Refused: A merchant to begin with is not valid.
        ValueError: A key cannot be read.
    """
    merchants = Merchants(door, clock, ids, service, settings)
    platform = Platform(settings.platform)
    for seed in settings.merchants:
        merchants.plant(seed)
    kit = WechatKit(door, clock, ids, service, merchants, platform, settings)
    endpoints = (Orders(kit), CodePay(kit), Refunds(kit), Certificates(kit), Bills(kit))
    return Wechat(
        kit=kit,
        routes=tuple(route for part in endpoints for route in part.routes()),
        merchants=merchants,
        behaving=Behaving(merchants),
        platform=platform,
        inspector=Inspector(merchants, platform),
        dialect=WechatDialect(merchants, ids),
        envelope=WechatEnvelope(merchants, platform, ids),
    )
