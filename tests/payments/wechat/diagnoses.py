"""Signatures made wrongly on purpose, and what is found about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.payments.wechat.mall import START_MS
from vendor_sim.payments.wechat.diagnosis import Diagnosis, diagnose
from vendor_sim.payments.wechat.verifying import Signed
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall, Shop

CREATE = "/v3/pay/transactions/native"
BASE = "http://127.0.0.1:8000"
STAMP, NONCE = str(START_MS // 1000), "nonce"


def diagnosed(
    mall: Mall, message: bytes, *, method: str = "POST", target: str = CREATE, body: bytes = b""
) -> Diagnosis:
    """What is found where this message was signed, by the right key, and that was sent."""
    key = wechatpay.load_private_key(mall.shop.secrets.private_key)
    return told(mall, wechatpay.sign(key, message), method=method, target=target, body=body)


def told(mall: Mall, signature: str, **sent: Any) -> Diagnosis:
    header = header_of(mall.shop, signature)
    signed = Signed(
        sent.get("method", "POST"),
        sent.get("target", CREATE),
        sent.get("body", b""),
        header,
        mall.clock.now_ms(),
        BASE,
    )
    return diagnose(mall.wechat.merchants, mall.wechat.platform, signed)


def header_of(shop: Shop, signature: str, **changes: str) -> str:
    values = {
        "mchid": shop.mchid,
        "nonce_str": NONCE,
        "signature": signature,
        "timestamp": STAMP,
        "serial_no": shop.secrets.serial_no,
        **changes,
    }
    return f"{wechatpay.SCHEME} " + ",".join(f'{name}="{text}"' for name, text in values.items())


def message(
    method: str = "POST", target: str = CREATE, stamp: str = STAMP, body: bytes = b""
) -> bytes:
    return wechatpay.request_message(method, target, stamp, NONCE, body)
