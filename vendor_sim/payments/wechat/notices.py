"""The bodies of notifications: who is told what, encrypted with the merchant's APIv3 key.

Compact JSON, raw UTF-8, slashes not escaped, keys in the order of real traffic: many merchants
verify what their parser writes again, and anything else would break exactly those. ``[PROOF]``
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_token
from vendor_sim.payments.wechat import unverified
from vendor_sim.wire import wechatpay
from vendor_sim.wire.strict_json import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.wechat.store import Merchant

    Json = dict[str, Any]

TRANSACTION, REFUND = "transaction", "refund"
"""What a resource was before it was encrypted: its ``original_type``."""
_ASSOCIATED = {TRANSACTION: TRANSACTION, REFUND: unverified.REFUND_ASSOCIATED_DATA}
SUMMARIES = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
}
"""Every event there is, with what it says to people ``[SK:回调通知处理]``."""
_ALGORITHM = "AEAD_AES_256_GCM"
_NONCE_CHARS = 12
_TRANSACTION_KEYS = (
    *("mchid", "appid", "out_trade_no", "transaction_id", "trade_type", "trade_state"),
    *("trade_state_desc", "bank_type", "attach", "success_time", "payer", "amount"),
    *("scene_info", "promotion_detail"),
)
_AMOUNT_KEYS = ("total", "payer_total", "currency", "payer_currency")
_REFUND_KEYS = (
    *("mchid", "out_trade_no", "transaction_id", "out_refund_no", "refund_id", "refund_status"),
    *("success_time", "user_received_account", "amount"),
)
_REFUND_AMOUNT_KEYS = ("total", "refund", "payer_total", "payer_refund")


def new_notice_id(ids: Ids) -> str:
    """A notice's id: a UUID, as in real traffic ``[ISS wechatpay-apache-httpclient/138]``."""
    return str(uuid.UUID(bytes=ids.raw("wechat_notice", 16), version=5))


def new_nonce(ids: Ids) -> str:
    """A nonce for one encryption: 12 ASCII characters, 59 bits."""
    return new_token(ids, "wechat_nonce")[:_NONCE_CHARS]


def encrypted(ids: Ids, apiv3_key: str, associated: str, plain: bytes) -> Json:
    """An encrypted resource without its ``original_type``.

    Args:
        ids: The source of the nonce.
        apiv3_key: 32 ASCII characters, used as they are.
        associated: The associated data; never left out, some SDKs throw without it ``[PROOF]``.
        plain: What is encrypted.

    Returns:
        ``algorithm``, ``ciphertext``, ``associated_data``, ``nonce``.
    """
    nonce = new_nonce(ids)
    return {
        "algorithm": _ALGORITHM,
        "ciphertext": wechatpay.seal(apiv3_key, nonce, associated, plain),
        "associated_data": associated,
        "nonce": nonce,
    }


def written(
    ids: Ids, apiv3_key: str, notice_id: str, event: str, resource: Json, at_ms: int
) -> str:
    """The body of a notification, as it is signed and sent.

    Args:
        ids: The source of the nonce.
        apiv3_key: The merchant's.
        notice_id: Constant over all attempts.
        event: One of :data:`SUMMARIES`.
        resource: What the merchant finds once it has decrypted it.
        at_ms: When it happened.
    """
    kind = TRANSACTION if event.startswith("TRANSACTION.") else REFUND
    document = {
        "id": notice_id,
        "create_time": wechatpay.beijing(at_ms),
        "resource_type": "encrypt-resource",
        "event_type": event,
        "summary": SUMMARIES[event],
        "resource": {
            "original_type": kind,
            **encrypted(ids, apiv3_key, _ASSOCIATED[kind], compact(resource)),
        },
    }
    return compact(document).decode()


def transaction_resource(view: Mapping[str, Any]) -> Json:
    """What TRANSACTION.SUCCESS tells.

    Args:
        view: The order as a query answers it. ``attach`` stands here also where none was given,
            as the empty text ``[JSORG webhook/v3/TRANSACTION.SUCCESS]``.
    """
    known = {"attach": "", **view, "amount": _in_order(view["amount"], _AMOUNT_KEYS)}
    return _in_order(known, _TRANSACTION_KEYS)


def refund_resource(mchid: str, view: Mapping[str, Any]) -> Json:
    """What REFUND.… tells: ``refund_status`` instead of ``status``, and no more than four amounts.

    Args:
        mchid: The merchant.
        view: The refund as a query answers it.
    """
    amount = _in_order(view["amount"], _REFUND_AMOUNT_KEYS)
    known = {**view, "mchid": mchid, "refund_status": view["status"], "amount": amount}
    return _in_order(known, _REFUND_KEYS)


def reveal(merchant: Merchant, body: str) -> Json:
    """Decrypt the resource of a notification, for people who look at it in the console.

    Raises:
        ValueError: It is no notification, or another key encrypted it.
    """
    try:
        resource = json.loads(body)["resource"]
        sealed = [str(resource[key]) for key in ("nonce", "associated_data", "ciphertext")]
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no notification of the platform: {error}") from None
    plain = wechatpay.unseal(merchant.apiv3_key, *sealed)
    revealed: Json = json.loads(plain)
    return revealed


def spaced(body: str) -> bytes:
    """The same document with a space after each colon and comma, as many other encoders write it.

    A merchant that verifies what it wrote again, instead of what it got, is found out by this.
    """
    return json.dumps(json.loads(body), ensure_ascii=False).encode()


def _in_order(said: Mapping[str, Any], keys: tuple[str, ...]) -> Json:
    return {key: said[key] for key in keys if key in said}
