"""What goes between the gate and the endpoints: a request that is genuine, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.service import Party, PaymentsService
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.minting import MerchantSecrets, PlatformSecrets, RsaSource
    from vendor_sim.payments.wechat.platform import Platform
    from vendor_sim.payments.wechat.store import Behaviour, Merchant
    from vendor_sim.storage.database import Door


class Family(Enum):
    """Which endpoints belong together: they differ in what they check before the signature."""

    TRANSACTIONS = "transactions"
    REFUNDS = "refunds"
    CERTIFICATES = "certificates"
    BILLS = "bills"


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose signature fits.

    Attributes:
        merchant: Who signed it.
        party: The same among the platform's merchants.
        target: Path and query as on the wire, without scheme and host.
        ids: The parts of the path that the route names, decoded.
        query: Query parameters, decoded; of repeated ones the first.
        body: The JSON object; None for a GET. Numbers with a fraction are floats, all others ints
            of any size: the field rules tell them apart.
        base_url: Scheme and host under which the client reached us.
        serial: The header ``Wechatpay-Serial``, if it was sent.
        behaviour: What the platform does to this merchant at the moment.
    """

    merchant: Merchant
    party: Party
    method: str
    target: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    now_ms: int
    base_url: str
    serial: str | None
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers.

    Attributes:
        document: A JSON document; None and no ``raw`` either: nothing, with status 204.
        raw: Bytes in place of a document.
        content_type: Of ``raw``.
        signed: Whether it is signed, where its status is 2xx; bill files are not ``[ISS]``.
    """

    document: Any = None
    status: int = 200
    raw: bytes | None = None
    content_type: str = "application/json"
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        rule: The path; ``<name>`` stands for one part of it.
        handler: Raises :class:`~vendor_sim.payments.wechat.problems.WechatError` to refuse.
    """

    method: str
    rule: str
    handler: Callable[[Call], Answer]
    family: Family


@dataclass(frozen=True, slots=True)
class WechatSettings:
    """What the dialect needs to know.

    Attributes:
        platform: The platform's own keys.
        rsa: Where keys of new merchants come from.
        merchants: Merchants to begin with.
        refund_ms: How long a refund is on its way.
        settle_ms: How long the money of an order is unsettled.
        bill_hour: From this hour (Beijing) there is a bill of the day before.
        fee_ppm: What a merchant pays of each payment, in millionths.
    """

    platform: PlatformSecrets = field(repr=False)
    rsa: RsaSource = field(repr=False)
    merchants: tuple[MerchantSecrets, ...] = field(repr=False)
    refund_ms: int
    settle_ms: int
    bill_hour: int = 10
    fee_ppm: int = 6000


@dataclass(frozen=True)
class WechatKit:
    """What every endpoint works with."""

    door: Door
    clock: Clock
    ids: Ids
    service: PaymentsService
    merchants: Merchants
    platform: Platform
    settings: WechatSettings
