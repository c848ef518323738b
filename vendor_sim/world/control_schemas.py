"""The bodies that ``/_world`` takes: unknown fields are refused, integers are integers."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from vendor_sim.kernel.limits import (
    ADVANCE_MAX_MS,
    AMOUNT_MINOR_MAX,
    CODE_CHARS_MAX,
    FAULT_TIME_MAX_MS,
    SLOTS_MAX,
)
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Drop
from vendor_sim.wire.schemas import AmountMinor, Body, CurrencyCode, DropWord, Id, Takes, Text
from vendor_sim.world.plan import KeyModeName, Speaks  # noqa: TC001 - pydantic reads them

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_MachineId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
_WalletId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
"""It is shown as the name, so it is no longer than one."""
_Count = Annotated[int, Field(ge=0, le=AMOUNT_MINOR_MAX)]
_Pin = Annotated[str, Field(max_length=64)]
_Mchid = Annotated[str, Field(pattern=r"^[0-9]{8,10}$")]
_AuthCode = Annotated[str, Field(min_length=1, max_length=32)]


class Nothing(Body):
    """A body of ``{}``."""


class NewSlot(Body):
    """One slot of a new machine."""

    slot: Id
    product: Text
    price_minor: AmountMinor
    stock: _Count


class NewMachine(Body):
    """A machine to set up."""

    id: _MachineId
    takes: Takes
    currency: CurrencyCode
    speaks: Speaks = "v1"
    slots: Annotated[list[NewSlot], Field(min_length=1, max_length=SLOTS_MAX)]


class Stock(Body):
    """How many items a slot holds from now on, and what one costs."""

    slot: str
    stock: _Count
    price_minor: AmountMinor | None = None


class Press(Body):
    """Which slot a customer pressed."""

    slot: str


class Dispenser(Body):
    """How the next release ends."""

    next: DropWord


class Scan(Body):
    """What a customer holds in front of a machine's scanner."""

    auth_code: _AuthCode


class SettleUnsure(Body):
    """What the desk found out."""

    released: bool


class NewWallet(Body):
    """A wallet to open; without a name its id is shown."""

    id: _WalletId
    name: Text | None = None
    balance_minor: _Count
    currency: CurrencyCode
    pin: _Pin


class Pay(Body):
    """A code to pay, with the wallet's own PIN unless another is given."""

    code: Annotated[str, Field(max_length=CODE_CHARS_MAX)]
    pin: _Pin | None = None


class ScanCode(Body):
    """A code to look at."""

    code: Annotated[str, Field(max_length=CODE_CHARS_MAX)]


class Decline(Body):
    """A code to say no to; without one it is the payment that waits for the payer's word."""

    code: Annotated[str, Field(max_length=CODE_CHARS_MAX)] | None = None


class Confirm(Body):
    """A payment that waits for the payer's word, with the wallet's own PIN unless one is given."""

    pin: _Pin | None = None


class NewMerchant(Body):
    """A merchant of the WeChat Pay dialect; what is not given is chosen."""

    mchid: _Mchid | None = None
    name: Text | None = None
    key_mode: KeyModeName = "pubkey"


class Clock(Body):
    """What is done to the clock: exactly one of these."""

    advance_ms: Annotated[int, Field(ge=0, le=ADVANCE_MAX_MS)] | None = None
    frozen: bool | None = None
    speed: float | None = None


class Record(Body):
    """Whether to record."""

    on: bool


class Power(Body):
    """Whether a service has power, and if not, for how long."""

    power: Literal["on", "off"]
    down_ms: Annotated[int, Field(ge=1, le=FAULT_TIME_MAX_MS)] | None = None


class Refund(Body):
    """Money to give back for an order."""

    order: Id
    amount_minor: AmountMinor


def drop_of(word: DropWord) -> Drop:
    """The machine's own word for how a release ends."""
    return Drop(word)


def number(text: str | None, name: str, default: int, most: int) -> int:
    """A query parameter that is a whole number from 0 to ``most``.

    Raises:
        Refused: ``invalid``.
    """
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise Refused(Code.INVALID, f"{name} is a whole number from 0 to {most}", name)
    return int(text)
