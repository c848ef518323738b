"""What the console shows of the dialect, and the few things that its operator may do there.

The pages live in a sibling room and know this by its shape only: see
``payments.app.console_window.WechatWindow``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat import notices, store
from vendor_sim.payments.wechat.envelope import SIGNTEST
from vendor_sim.payments.wechat.trade import transaction
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.wechat.behaviour import Behaving
    from vendor_sim.payments.wechat.calls import WechatKit
    from vendor_sim.payments.wechat.inspector import Inspector, Record
    from vendor_sim.payments.wechat.store import Merchant

    Json = dict[str, Any]

_PUBLIC = ("base_url", "merchant_serial", "public_key_id", "platform_serial")
"""What of ``merchant.json`` may be shown, beside what the list of merchants has."""


class Window:
    """Implements ``payments.app.console_window.WechatWindow``: plain data, and never a secret."""

    def __init__(self, kit: WechatKit, behaving: Behaving, inspector: Inspector) -> None:
        """Look at the dialect.

        Args:
            kit: What its endpoints work with.
            behaving: What is done to merchants on purpose.
            inspector: The last requests.
        """
        self._kit = kit
        self._behaving = behaving
        self._inspector = inspector

    def merchants(self) -> list[Json]:
        """Every merchant by number: mchid, name, appid, key_mode, behaviour."""
        return [self._line(one) for one in self._kit.merchants.all()]

    def merchant(self, mchid: str, base_url: str) -> Json:
        """One merchant: as in the list, and what ``merchant.json`` says but for the APIv3 key.

        Args:
            mchid: Its number.
            base_url: Where the world is reached.

        Raises:
            Refused: ``not_found``.
        """
        held = self._kit.merchants.credentials(mchid, base_url)["merchant"]
        public = {name: held[name] for name in _PUBLIC}
        merchant = self._kit.merchants.find(mchid)
        ends_ms = self._kit.merchants.expires_at_ms(mchid)
        times = {"created_at": rfc3339(merchant.created_at_ms), "expires_at": rfc3339(ends_ms)}
        return {**self._line(merchant), **public, **times}

    def files(self, mchid: str, base_url: str) -> dict[str, str]:
        """What a merchant holds, by the names of the files; secrets, for the download only.

        Raises:
            Refused: ``not_found``.
        """
        files: dict[str, str] = self._kit.merchants.credentials(mchid, base_url)["files"]
        return files

    def create(self, mchid: str | None, name: str | None, key_mode: str) -> str:
        """Make a merchant; its number.

        Raises:
            Refused: ``exists``, or ``invalid`` naming the field.
        """
        return self._kit.merchants.create(mchid, name, key_mode).mchid

    def behave(self, mchid: str, wish: Json) -> Json:
        """Change how the platform treats a merchant; the behaviour in force.

        Raises:
            Refused: ``not_found``; ``invalid`` names the field.
        """
        return self._behaving.wish(mchid, wish)

    def requests(self, mchid: str | None = None) -> list[Json]:
        """The last requests, newest first; of one merchant where it is named."""
        return [_request(record) for record in self._inspector.latest(mchid)]

    def request(self, number: int) -> Json:
        """One request; where its signature failed with ``came`` (what was sent) and ``why``.

        Raises:
            Refused: ``not_found``, also for one that is forgotten.
        """
        record = self._inspector.get(number)
        if record is None:
            raise Refused(Code.NOT_FOUND, f"no request {number} is remembered", "number")
        why, signed = self._inspector.diagnosis(record), record.signed
        if why is None or signed is None:
            return {**_request(record), "came": None, "why": None}
        came = {
            "authorization": signed.authorization,
            "body": signed.body.decode(errors="backslashreplace"),
            "body_bytes": len(signed.body),
        }
        told = {
            "expected": why.expected,
            "implied": why.implied,
            "first_difference": why.first_difference,
            "cause": why.cause,
            "fix": why.fix,
        }
        return {**_request(record), "came": came, "why": told}

    def order(self, intent_id: str) -> Json | None:
        """What an intent is in v3; None where it is another dialect's.

        Returns:
            The order as a query answers it, with ``attach``, ``notify_url`` and ``trade_type``
            also before it is paid, and ``refunds``: v3's names for each refund, by our own id.
        """
        now_ms = self._kit.clock.now_ms()

        def query(cx: Connection) -> Json | None:
            order = store.order_of_intent(cx, intent_id)
            intent = self._kit.service.collecting.by_id(cx, intent_id)
            if order is None or intent is None:
                return None
            records = store.refunds_of_intent(cx, intent_id)
            view = transaction(intent, order, now_ms, refunded=bool(records))
            return {
                **view,
                "attach": order.attach,
                "notify_url": order.notify_url,
                "trade_type": order.trade_type,
                "fee_minor": intent.fee_minor,
                "fee_returned_minor": intent.fee_returned_minor,
                "closes_at": rfc3339(intent.close_at_ms),
                "refunds": {one.refund: _refund(one) for one in records},
            }

        return self._kit.door.read(query)

    def opened(self, mchid: str, body: str) -> Json | None:
        """The resource of a notification, decrypted; None where that cannot be done any more."""
        merchant = self._kit.merchants.get(mchid)
        try:
            return None if merchant is None else notices.reveal(merchant, body)
        except ValueError:
            return None

    def seal(self, headers: Json) -> Json:
        """Who signed an attempt.

        Returns:
            ``serial``; ``key``: which of the platform's keys it names, None where none; ``probe``:
            whether it is signed wrongly on purpose.
        """
        named = {name.lower(): text for name, text in headers.items()}
        serial = named.get(wechatpay.SERIAL.lower(), "")
        signature = named.get(wechatpay.SIGNATURE.lower(), "")
        key = self._kit.platform.name_of(serial)
        return {"serial": serial, "key": key, "probe": signature.startswith(SIGNTEST)}

    def _line(self, merchant: Merchant) -> Json:
        return {
            "mchid": merchant.mchid,
            "name": merchant.name,
            "appid": merchant.appid,
            "key_mode": merchant.key_mode.value,
            "behaviour": self._behaving.state(merchant.mchid),
        }


def _request(record: Record) -> Json:
    return {
        "number": record.number,
        "at": rfc3339(record.at_ms),
        "mchid": record.mchid,
        "method": record.method,
        "target": record.target,
        "status": record.status,
        "code": record.code,
        "verdict": record.verdict,
    }


def _refund(record: store.RefundRecord) -> Json:
    return {
        "out_refund_no": record.out_refund_no,
        "refund_id": record.refund_id,
        "funds_account": record.funds_account,
        "notify_url": record.notify_url,
    }
