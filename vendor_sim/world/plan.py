"""What a world starts with, as data: machines with their planograms, merchants, and wallets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_DEMO_PIN = "123456"
_STOCK = 5
Speaks = Literal["v1", "wechat_v3"]
"""The dialect in which a machine talks to its platform."""
KeyModeName = Literal["cert", "pubkey", "switching"]
"""With which of the platform's keys a merchant's answers and notifications are signed."""


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """One slot: what stands in it, its price in minor units and how many there are."""

    slot: str
    product: str
    price_minor: int
    stock: int = _STOCK


@dataclass(frozen=True, slots=True)
class MachinePlan:
    """One machine.

    Attributes:
        speaks: How it talks to the platform.
        mchid: Its merchant's number, where it speaks WeChat Pay; the merchant stands in
            :attr:`Plan.merchants`.
    """

    id: str
    name: str
    takes: Literal["hold", "at_once"]
    currency: str
    slots: tuple[SlotPlan, ...]
    speaks: Speaks = "v1"
    mchid: str | None = None

    @property
    def merchant_id(self) -> str:
        """Who sells through it: its own number, or one that follows from the machine's id."""
        return self.mchid or merchant_of(self.id)


@dataclass(frozen=True, slots=True)
class MerchantPlan:
    """One merchant of the WeChat Pay dialect."""

    mchid: str
    name: str
    key_mode: KeyModeName = "pubkey"


@dataclass(frozen=True, slots=True)
class WalletPlan:
    """One wallet with what it holds at the start, in minor units."""

    id: str
    name: str
    currency: str
    balance_minor: int
    pin: str = _DEMO_PIN


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything there is at the start."""

    machines: tuple[MachinePlan, ...] = ()
    wallets: tuple[WalletPlan, ...] = ()
    merchants: tuple[MerchantPlan, ...] = ()


def merchant_of(machine_id: str) -> str:
    """The id of the merchant who sells through a /v1 machine; no two machines share one.

    ``m_front_hall`` sells through ``front-hall``.
    """
    return f"m.{machine_id}" if "_" in machine_id else "m_" + machine_id.replace("-", "_")


EMPTY = Plan()
"""Nothing but the three services."""

_LOBBY = MachinePlan(
    "lobby",
    "Lobby machine",
    "hold",
    "CNY",
    (
        SlotPlan("A1", "Jasmine tea", 450),
        SlotPlan("A2", "Oolong", 450),
        SlotPlan("A3", "Soda water", 300),
        SlotPlan("A4", "Lemon tea", 400),
        SlotPlan("B1", "Orange", 350),
        SlotPlan("B2", "Lychee", 400),
        SlotPlan("B3", "Plum juice", 500),
        SlotPlan("B4", "Cola", 350),
        SlotPlan("C1", "Soy milk", 400),
        SlotPlan("C2", "Coconut water", 600),
        SlotPlan("C3", "Cold brew", 650),
        SlotPlan("C4", "Still water", 200, stock=0),
    ),
)
_PLATFORM_9 = MachinePlan(
    "platform-9",
    "Platform 9",
    "at_once",
    "CNY",
    (
        SlotPlan("A1", "Green tea", 300),
        SlotPlan("A2", "Ginger beer", 550),
        SlotPlan("A3", "Tomato juice", 480),
        SlotPlan("B1", "Peach tea", 450),
        SlotPlan("B2", "Sparkling water", 300),
        SlotPlan("B3", "Energy drink", 700),
    ),
    speaks="wechat_v3",
    mchid="1900000009",
)
DEMO = Plan(
    machines=(_LOBBY, _PLATFORM_9),
    wallets=(
        WalletPlan("pete", "Pete", "CNY", 10_000),
        WalletPlan("sandrine", "Sandrine", "CNY", 5_000),
        WalletPlan("broke", "Broke", "CNY", 100),
    ),
    merchants=(
        MerchantPlan("1900000001", "Corner shop"),
        MerchantPlan("1900000002", "Tea house", "cert"),
        MerchantPlan("1900000009", "Platform 9"),
    ),
)
"""Two machines, one of each dialect, two shops without a machine, and three people; C4 is sold
out, and Broke cannot pay."""
