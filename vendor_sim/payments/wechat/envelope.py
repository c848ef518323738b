"""How a v3 notification goes out: signed anew for each attempt, or badly, where that is asked for.

Implements ``payments.service.envelopes.Envelope``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOUR_MS, MINUTE_MS, SECOND_MS
from vendor_sim.payments.service.envelopes import Sealed
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.notices import spaced
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.service import Outgoing
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.platform import Platform
    from vendor_sim.payments.wechat.store import Behaviour

DELAYS_MS = (
    *(15 * SECOND_MS, 15 * SECOND_MS, 30 * SECOND_MS, 3 * MINUTE_MS, 10 * MINUTE_MS),
    *(20 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS),
    *(3 * HOUR_MS, 3 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 6 * HOUR_MS),
)
"""Pauses after each failed attempt: 15 retries in 24 h 4 min ``[SK:回调通知处理]``."""
SIGNTEST = "WECHATPAY/SIGNTEST/"
"""A probe's signature begins so; the whole is no base64 ``[ISS wechatpay-java/issues/319]``."""
_ACCEPTED = frozenset({200, 204})
_REPLACED_CHARS = 8


class WechatEnvelope:
    """Seals the notifications of all v3 merchants.

    Attributes:
        delays_ms: Pauses after each failed attempt.
    """

    delays_ms: tuple[int, ...] = DELAYS_MS

    def __init__(self, merchants: Merchants, platform: Platform, ids: Ids) -> None:
        """Seal with the platform's keys.

        Args:
            merchants: How each wishes to be treated.
            platform: The keys that sign.
            ids: The source of nonces.
        """
        self._merchants = merchants
        self._platform = platform
        self._ids = ids
        self._sealed: dict[str, int] = {}

    def seal(self, going: Outgoing, now_ms: int) -> Sealed:
        """One attempt: its bytes, freshly dated and signed, and how often they are sent."""
        mchid = going.notice.party_id
        how = self._merchants.behaviour(mchid)
        text = going.notice.body
        body = spaced(text) if how.notify == "spaced_json" else text.encode()
        headers = {"Content-Type": "application/json", **self._signed(mchid, how, body, now_ms)}
        if _is_probe(how, going):
            real = headers[wechatpay.SIGNATURE]
            headers[wechatpay.SIGNATURE] = SIGNTEST + real[_REPLACED_CHARS:]
        copies = 2 if how.notify == "twice" else 1
        return Sealed(body, headers, copies, lost=how.notify == "lost")

    def accepted(self, status: int) -> bool:
        """Whether the merchant has it: 200 or 204, whatever the body is ``[ISS weixinPay/31]``."""
        return status in _ACCEPTED

    def attempted(self, cx: Connection, going: Outgoing, sealed: Sealed) -> None:
        """Count down what was asked for ``times`` attempts, if it was done to this one.

        The wish may have changed while the hook was slow: what was sealed before is no part of it.
        """
        mchid = going.notice.party_id
        if store.behaviour(cx, mchid).notify in _done_to(going, sealed):
            self._merchants.spend_notify(cx, mchid)

    def _signed(self, mchid: str, how: Behaviour, body: bytes, now_ms: int) -> dict[str, str]:
        # Counted over all notifications of a merchant: while it switches, each second one is
        # signed with the public key, whichever it is.
        ordinal = self._sealed.get(mchid, 0)
        self._sealed[mchid] = ordinal + 1
        signer = self._platform.signer_for_notice(self._merchants.find(mchid), how, ordinal)
        nonce = self._ids.raw("wechat_signature", 16).hex().upper()
        return wechatpay.signed_headers(signer.key, signer.serial, body, now_ms, nonce)


def _is_probe(how: Behaviour, going: Outgoing) -> bool:
    """Only the first attempt is one: the platform then sends the same, signed rightly."""
    return how.notify == "signtest" and going.notice.attempts == 0


def _done_to(going: Outgoing, sealed: Sealed) -> frozenset[str]:
    """What was done to an attempt, in the words of a wish."""
    done = {
        "lost": sealed.lost,
        "twice": sealed.copies > 1,
        "signtest": sealed.headers[wechatpay.SIGNATURE].startswith(SIGNTEST),
        "spaced_json": sealed.body != going.notice.body.encode(),
    }
    return frozenset(word for word, so in done.items() if so)
