"""What WeChat Pay API v3 has a word for and ``/v1`` has not: rows beside intents and refunds.

A v3 order is an intent and a v3 refund is a refund; neither has a state here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from vendor_sim.storage.columns import INT, STRICT, TEXT

if TYPE_CHECKING:
    from sqlalchemy import Table


class KeyMode(StrEnum):
    """What the platform signs with for a merchant; switching: either ``[S3P:auth-signing]``."""

    CERT = "cert"
    PUBKEY = "pubkey"
    SWITCHING = "switching"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the platform does to a merchant on purpose.

    Attributes:
        notify: once, twice, late, reordered, spaced_json, signtest or lost.
        notify_left: For so many notifications more; None until changed.
        answer: normal, accepted, or the code of an error like SYSTEM_ERROR.
        answer_left: For so many answers more; None until changed.
        key: cert, pubkey, switching or rollover in place of the merchant's own mode; None for that.
        refund: How its refunds end: normal, abnormal or closed.
    """

    notify: str = "once"
    notify_left: int | None = None
    answer: str = "normal"
    answer_left: int | None = None
    key: str | None = None
    refund: str = "normal"


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant of API v3: what it holds, as it was handed out.

    Attributes:
        serial_no: Its certificate's, 40 upper-case hexadecimal digits.
        certificate: PEM; empty for one that never applied for it.
        private_key: PKCS#8 PEM, the copy for downloads.
        apiv3_key: 32 ASCII characters; empty where it set none.
        public_key_id: Names the platform's public key to it.
    """

    mchid: str
    name: str
    appid: str
    key_mode: KeyMode
    serial_no: str
    certificate: str = field(repr=False)
    private_key: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_key_id: str
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a v3 order has beside its intent.

    Attributes:
        trade_type: NATIVE, JSAPI, APP, MWEB or MICROPAY.
        print: Fingerprint of the parameters it was created with.
        time_expire_ms: As asked for; None where nothing was.
        auth_code: The payer's 18 digits, for code pay.
        asked_at_ms: Since when the payer is asked for the password (code pay).
    """

    intent_id: str
    mchid: str
    out_trade_no: str
    appid: str
    trade_type: str
    transaction_id: str
    attach: str | None
    notify_url: str | None
    device_id: str | None
    print: str
    time_expire_ms: int | None
    auth_code: str | None
    asked_at_ms: int | None
    reversed_at_ms: int | None
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """What a v3 refund has beside our refund.

    Attributes:
        refund_id: The platform's number, 29 digits.
        refund: The id of our refund.
        print: Fingerprint of the parameters it was asked with.
        funds_account: Which of the merchant's funds it was taken from.
        applied: The type of the abnormal refund asked for, if one was.
    """

    refund_id: str
    refund: str
    intent_id: str
    mchid: str
    out_refund_no: str
    notify_url: str | None
    print: str
    funds_account: str | None
    reason: str | None
    created_at_ms: int
    applied: str | None


class MerchantRow(SQLModel, table=True):
    """A :class:`Merchant`."""

    __tablename__ = "wechat_merchant"
    __table_args__ = (UniqueConstraint("serial_no"), STRICT)
    mchid: str = Field(sa_type=TEXT, primary_key=True)
    name: str = Field(sa_type=TEXT)
    appid: str = Field(sa_type=TEXT)
    key_mode: str = Field(sa_type=TEXT)
    serial_no: str = Field(sa_type=TEXT)
    certificate: str = Field(sa_type=TEXT)
    private_key: str = Field(sa_type=TEXT)
    apiv3_key: str = Field(sa_type=TEXT)
    public_key_id: str = Field(sa_type=TEXT)
    created_at_ms: int = Field(sa_type=INT)


class BehaviourRow(SQLModel, table=True):
    """A :class:`Behaviour` that is not the normal one."""

    __tablename__ = "wechat_behaviour"
    __table_args__ = (STRICT,)
    mchid: str = Field(sa_type=TEXT, primary_key=True)
    notify: str = Field(sa_type=TEXT)
    notify_left: int | None = Field(sa_type=INT)
    answer: str = Field(sa_type=TEXT)
    answer_left: int | None = Field(sa_type=INT)
    key: str | None = Field(sa_type=TEXT)
    refund: str = Field(sa_type=TEXT)


class OrderRow(SQLModel, table=True):
    """An :class:`Order`."""

    __tablename__ = "wechat_order"
    __table_args__ = (
        UniqueConstraint("mchid", "out_trade_no"),
        UniqueConstraint("transaction_id"),
        STRICT,
    )
    intent_id: str = Field(sa_type=TEXT, primary_key=True, foreign_key="intent.id")
    mchid: str = Field(sa_type=TEXT)
    out_trade_no: str = Field(sa_type=TEXT)
    appid: str = Field(sa_type=TEXT)
    trade_type: str = Field(sa_type=TEXT)
    transaction_id: str = Field(sa_type=TEXT)
    attach: str | None = Field(sa_type=TEXT)
    notify_url: str | None = Field(sa_type=TEXT)
    device_id: str | None = Field(sa_type=TEXT)
    print: str = Field(sa_type=TEXT)
    time_expire_ms: int | None = Field(sa_type=INT)
    auth_code: str | None = Field(sa_type=TEXT)
    asked_at_ms: int | None = Field(sa_type=INT)
    reversed_at_ms: int | None = Field(sa_type=INT)
    created_at_ms: int = Field(sa_type=INT)


class RefundRecordRow(SQLModel, table=True):
    """A :class:`RefundRecord`."""

    __tablename__ = "wechat_refund"
    __table_args__ = (
        UniqueConstraint("mchid", "out_refund_no"),
        UniqueConstraint("refund"),
        Index("wechat_refund_intent", "intent_id"),
        STRICT,
    )
    refund_id: str = Field(sa_type=TEXT, primary_key=True)
    refund: str = Field(sa_type=TEXT, foreign_key="refund.id")
    intent_id: str = Field(sa_type=TEXT, foreign_key="intent.id")
    mchid: str = Field(sa_type=TEXT)
    out_refund_no: str = Field(sa_type=TEXT)
    notify_url: str | None = Field(sa_type=TEXT)
    print: str = Field(sa_type=TEXT)
    funds_account: str | None = Field(sa_type=TEXT)
    reason: str | None = Field(sa_type=TEXT)
    created_at_ms: int = Field(sa_type=INT)
    applied: str | None = Field(sa_type=TEXT)


MERCHANT: Table = MerchantRow.__table__  # type: ignore[attr-defined]
BEHAVIOUR: Table = BehaviourRow.__table__  # type: ignore[attr-defined]
ORDER: Table = OrderRow.__table__  # type: ignore[attr-defined]
REFUND: Table = RefundRecordRow.__table__  # type: ignore[attr-defined]
TABLES = (MERCHANT, BEHAVIOUR, ORDER, REFUND)
"""To be created after the platform's own tables, which they point to."""
