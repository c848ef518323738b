"""Whether a request was signed by the merchant it names: in the platform's order of checks.

Source: the wire facts 2.3. All failures are 401 ``SIGN_ERROR``; only the message differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.payments.wechat import problems, unverified
from vendor_sim.payments.wechat.calls import Family
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.problems import WechatError
    from vendor_sim.payments.wechat.store import Merchant
    from vendor_sim.wire.wechatpay import Authorization


@dataclass(slots=True)
class Signed:
    """A request as far as its signature goes.

    Attributes:
        target: Path and query as on the wire, without scheme and host.
        authorization: The header; empty where none was sent.
        now_ms: When it came.
        base_url: Scheme and host under which it came.
        ahead_ms: How far the world's clock was moved ahead of the computer's then.
    """

    method: str
    target: str
    body: bytes
    authorization: str
    now_ms: int
    base_url: str = ""
    ahead_ms: int = 0


def verify(merchants: Merchants, signed: Signed, family: Family) -> Merchant:
    """Who signed a request.

    Raises:
        WechatError: ``SIGN_ERROR``, for the first thing that is wrong.
    """
    given = _read(signed.authorization, family)
    if not wechatpay.is_fresh(given.timestamp, signed.now_ms):
        raise problems.stale_timestamp()
    merchant = merchants.get(given.mchid)
    key = None if merchant is None else merchants.public_key(given.mchid)
    if merchant is None or key is None or not merchant.apiv3_key:
        raise _no_signer(merchant)
    if given.serial_no.upper() != merchant.serial_no:
        replaced = merchants.was_of(given.serial_no) == merchant.mchid
        raise problems.certificate_revoked() if replaced else problems.wrong_serial()
    if signed.now_ms >= merchants.expires_at_ms(merchant.mchid):
        raise problems.certificate_expired()
    message = expected(signed, given)
    if not wechatpay.verify(key, message, given.signature):
        raise _mismatch(signed, message)
    return merchant


def expected(signed: Signed, given: Authorization) -> bytes:
    """The message that this request's signature has to be of."""
    return wechatpay.request_message(
        signed.method, signed.target, given.timestamp, given.nonce_str, signed.body
    )


def _read(header: str, family: Family) -> Authorization:
    try:
        return wechatpay.parse_authorization(header)
    except wechatpay.WrongSchemeError:
        raise problems.wrong_scheme() from None
    except wechatpay.MalformedHeaderError:
        if family is Family.TRANSACTIONS:
            raise problems.signature_missing() from None
        raise problems.header_malformed() from None


def _no_signer(merchant: Merchant | None) -> WechatError:
    if merchant is None:
        return problems.wrong_serial()
    return problems.no_apiv3_key() if merchant.certificate else problems.no_certificate()


def _mismatch(signed: Signed, message: bytes) -> WechatError:
    head = message[: len(message) - len(signed.body) - 1]
    shown = head + signed.body[: unverified.TRUNCATED_BODY_BYTES] + b"\n"
    return problems.sign_mismatch(
        signed.method, signed.target, len(message), shown.decode(errors="replace")
    )
