"""A mall whose notifications are received by somebody who shares no code with the platform.

Every call goes over the wire, signed, and its answer is verified. Receivers verify and decrypt with
``cryptography`` and the standard library alone.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.payments.turns import Turns
from tests.payments.wechat.mall import CERT, PUBKEY, REFUND_MS, SETTLE_MS, SWITCHING, make_mall
from tests.payments.wechat.shop import NOTIFY_URL
from vendor_sim.wire.http import ReadTimeout, Response

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Told
    from tests.payments.wechat.shop import Reply, Shop
    from vendor_sim.payments.wechat.store import Merchant
    from vendor_sim.wire.http import Request

__all__ = ["CERT", "NOTIFY_URL", "PUBKEY", "REFUND_MS", "SETTLE_MS", "SWITCHING", "Desk", "Heard"]
SIGNTEST = "WECHATPAY/SIGNTEST/"


class RefusedError(Exception):
    """An error that came over the wire."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.document))
        self.reply = reply


@dataclass(frozen=True)
class Heard:
    """One notification that arrived, as bytes."""

    at_ms: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def event(self) -> str:
        return str(self.document["event_type"])

    @property
    def serial(self) -> str:
        return self.headers["wechatpay-serial"]

    def plain(self, apiv3_key: str) -> str:
        resource = self.document["resource"]
        parts = (
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"], validate=True),
            resource["associated_data"].encode(),
        )
        return AESGCM(apiv3_key.encode()).decrypt(*parts).decode()


class Desk:
    """A platform with three v3 merchants, a wallet and a hook that answers as it is told."""

    def __init__(self, **settings: Any) -> None:
        self.mall = make_mall(**settings)
        self.clock, self.door = self.mall.clock, self.mall.door
        self.service, self.wechat = self.mall.payments.service, self.mall.wechat
        self.merchants = self.wechat.merchants
        self.statuses: list[int | None] = []
        """What the hook answers, one after the other; then 204."""
        self._secrets = self.wechat.kit.settings.platform
        self._count = 0
        hook = self.mall.hook
        receive = hook.handle_request

        def answer(request: Request) -> Response:
            receive(request)
            status = self.statuses.pop(0) if self.statuses else 204
            if status is None:
                raise ReadTimeout("no answer", request=request)
            return Response(status, content=b'{"code":"FAIL"}' if status != 204 else b"")

        hook.handle_request = answer  # type: ignore[method-assign]

    def close(self) -> None:
        Turns.of(self.mall.payments).close()
        self.door.close()

    def merchant(self, mchid: str = PUBKEY) -> Merchant:
        found: Merchant = self.merchants.find(mchid)
        return found

    def number(self, what: str) -> str:
        self._count += 1
        return f"{what}-{self._count:05d}"

    def behave(self, mchid: str = PUBKEY, **wishes: Any) -> dict[str, Any]:
        """Treat a merchant as the control plane's wish says."""
        view: dict[str, Any] = self.wechat.behaving.wish(mchid, wishes)
        return view

    # -- a merchant's calls -----------------------------------------------------------------

    def shop(self, mchid: str = PUBKEY) -> Shop:
        return self.mall.shops[mchid]

    def create(self, total: int = 350, *, mchid: str = PUBKEY, **changes: Any) -> tuple[str, str]:
        """A Native order: its number and its code."""
        number = changes.pop("out_trade_no", None) or self.number("order")
        made = _taken(self.shop(mchid).native(number, total=total, **changes))
        return number, made["code_url"]

    def query(self, number: str, mchid: str = PUBKEY) -> dict[str, Any]:
        return _taken(self.shop(mchid).query(number))

    def refund(
        self,
        number: str,
        refund: int = 350,
        total: int = 350,
        *,
        mchid: str = PUBKEY,
        **changes: Any,
    ) -> dict[str, Any]:
        said = {"out_trade_no": number, **changes}
        named = said.pop("out_refund_no", self.number("refund"))
        return _taken(self.shop(mchid).refund(named, refund=refund, total=total, **said))

    def refund_state(self, number: str, mchid: str = PUBKEY) -> dict[str, Any]:
        return _taken(self.shop(mchid).get(f"/v3/refund/domestic/refunds/{number}"))

    # -- a payer ----------------------------------------------------------------------------

    @property
    def account(self) -> str:
        return self.mall.payer

    def paid(self, total: int = 350, **changes: Any) -> str:
        """The number of an order that was paid."""
        number, code = self.create(total, **changes)
        self.mall.pay(code)
        return number

    # -- time -------------------------------------------------------------------------------

    def pass_ms(self, time_ms: int) -> None:
        """Let time go by, doing what falls due at its time."""
        self.mall.pass_ms(time_ms)

    def tick(self) -> None:
        """The platform's turn: all that is due now."""
        while self.mall.tick():
            pass

    # -- what a merchant does with what it hears --------------------------------------------

    @property
    def heard(self) -> list[Heard]:
        return [_heard(one) for one in self.mall.hook.told]

    def forget(self) -> None:
        self.mall.hook.told.clear()

    def told(self, index: int = -1, mchid: str = PUBKEY) -> dict[str, Any]:
        """What a notification says, once decrypted."""
        return dict(json.loads(self.heard[index].plain(self.merchant(mchid).apiv3_key)))

    def keys(self, mchid: str = PUBKEY) -> dict[str, Any]:
        """What signs for a merchant, by name: from the files, not from the keyring."""
        pem = self._secrets.public_key_private.encode()
        key = serialization.load_pem_private_key(pem, None)
        parsed = [
            x509.load_pem_x509_certificate(one.certificate.encode())
            for one in self._secrets.certificates
        ]
        return {
            self.merchant(mchid).public_key_id: key.public_key(),
            **{f"{one.serial_number:040X}": one.public_key() for one in parsed},
        }

    def genuine(self, heard: Heard, mchid: str = PUBKEY) -> bool:
        """Verify on the raw bytes; strict about base64, the time, and the names of headers."""
        headers = heard.headers
        stamp, nonce = headers["wechatpay-timestamp"], headers["wechatpay-nonce"]
        message = f"{stamp}\n{nonce}\n".encode() + heard.body + b"\n"
        key = self.keys(mchid)[heard.serial]
        try:
            signature = base64.b64decode(headers["wechatpay-signature"], validate=True)
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        fresh = stamp == str(heard.at_ms // 1000)
        return fresh and headers["wechatpay-signature-type"] == "WECHATPAY2-SHA256-RSA2048"

    def balance(self, account: str) -> int:
        return self.mall.balance(account)

    def sound(self) -> bool:
        return self.mall.sound()


def _heard(told: Told) -> Heard:
    headers = {name.lower(): value for name, value in told.headers.items()}
    return Heard(told.at_ms, told.url, headers, told.body)


def _taken(reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        raise RefusedError(reply)
    return dict(reply.document)
