"""A purchase over WeChat Pay API v3 as the journal tells it: by the machine, and by an outsider."""

from __future__ import annotations

from typing import Any

from tests.lab.fakes import AT_MS, IDS, TOKEN, entry
from vendor_sim.kernel.ids import new_id

ORDER, INTENT, AUTHORISATION = new_id(IDS, "ord"), new_id(IDS, "in"), new_id(IDS, "au")
CHARGE = f"{ORDER}_1"
AUTH_CODE = "119836373494054273"
CODE_URL = f"weixin://wxpay/bizpayurl?pr={TOKEN}"
MCHID, OUTSIDER = "1900000009", "1900000001"
PAY = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
HOOK = "POST /machine/hooks/wechat/platform-9"
INSPECT = "/ledger/wechat/requests/7"


def authorization(mchid: str = MCHID) -> dict[str, str]:
    """The header of a signed request; the signature itself is checked elsewhere."""
    return {
        "authorization": (
            f'WECHATPAY2-SHA256-RSA2048 mchid="{mchid}",nonce_str="n0nce",'
            f'timestamp="{AT_MS // 1000}",serial_no="5A5A",signature="c2lnbmF0dXJl"'
        )
    }


def platform_signature(signature: str = "c2ln") -> dict[str, str]:
    return {
        "wechatpay-serial": "PUB_KEY_ID_1",
        "wechatpay-timestamp": str(AT_MS // 1000),
        "wechatpay-nonce": "PLATFORM",
        "wechatpay-signature": signature,
    }


def create(number: str, total: Any = 300, mchid: str = MCHID) -> dict[str, Any]:
    return {"mchid": mchid, "out_trade_no": number, "amount": {"total": total, "currency": "CNY"}}


def asked(n: int, line: str, source: str = "machine", **changes: Any) -> dict[str, Any]:
    """A request that a merchant signed."""
    mchid = MCHID if source == "machine" else OUTSIDER
    changes.setdefault("headers", authorization(mchid))
    return entry(n, source, "ledger", line, **changes)


def told(n: int, event: str, resource: Any, target: str = "machine", **changes: Any) -> Any:
    """A notification, with what was encrypted in it."""
    line = HOOK if target == "machine" else "POST /notify"
    sent = {"id": "uuid", "event_type": event, "resource": {"ciphertext": "…"}}
    changes = {"status": 204, "headers": platform_signature(), "request": sent, **changes}
    return {**entry(n, "ledger", target, line, **changes), "revealed": resource}


PAID = {"mchid": MCHID, "out_trade_no": ORDER, "trade_state": "SUCCESS", "amount": {"total": 300}}
BACK = {
    "mchid": MCHID,
    "out_trade_no": ORDER,
    "out_refund_no": f"{ORDER}_r300_1",
    "refund_id": "5030",
    "refund_status": "SUCCESS",
    "amount": {"total": 300, "refund": 300},
}
NATIVE = [
    asked(1, f"POST {PAY}/native", request=create(ORDER), answer={"code_url": CODE_URL}),
    asked(2, f"GET {PAY}/out-trade-no/{ORDER}?mchid=1", answer={"trade_state": "NOTPAY"}),
    asked(3, f"GET {PAY}/out-trade-no/{ORDER}?mchid=1", answer={"trade_state": "NOTPAY"}),
    entry(4, "wallet", "ledger", "POST /v1/codes/resolve", request={"code": CODE_URL}),
    entry(
        5,
        "wallet",
        "ledger",
        "POST /v1/authorisations",
        headers={"idempotency-key": AUTHORISATION},
        request={"code": CODE_URL, "amount_minor": 300, "currency": "CNY"},
        answer={"id": AUTHORISATION, "intent": INTENT, "state": "captured"},
    ),
    told(6, "TRANSACTION.SUCCESS", PAID, signature="valid"),
    asked(7, f"POST {REFUNDS}", request=BACK, answer={"status": "PROCESSING"}),
    told(8, "REFUND.SUCCESS", BACK, signature="valid"),
    asked(9, f"GET {REFUNDS}/{ORDER}_r300_1", answer={"status": "SUCCESS"}),
]
READY = {"auth_code": AUTH_CODE, "state": "ready"}
CHARGED = [
    entry(1, "wallet", "ledger", "POST /v1/payment-codes", status=201, answer=READY),
    entry(2, "wallet", "ledger", f"GET /v1/payment-codes/{AUTH_CODE}", answer=READY),
    asked(3, f"POST {PAY}/native", request=create(ORDER), answer={"code_url": CODE_URL}),
    entry(4, "wallet", "ledger", f"GET /v1/payment-codes/{AUTH_CODE}", answer=READY),
    asked(5, f"POST {PAY}/out-trade-no/{ORDER}/close", status=204, request={"mchid": MCHID}),
    asked(
        6,
        f"POST {PAY}/codepay",
        request={**create(CHARGE), "payer": {"auth_code": AUTH_CODE}},
        answer={"out_trade_no": CHARGE, "trade_state": "SUCCESS"},
    ),
    entry(
        7,
        "wallet",
        "ledger",
        f"GET /v1/payment-codes/{AUTH_CODE}",
        answer={"auth_code": AUTH_CODE, "state": "paid"},
    ),
]
WRONG = asked(
    10,
    f"POST {PAY}/native",
    "merchant",
    status=401,
    request=create("order-77", 1200, OUTSIDER),
    answer={"code": "SIGN_ERROR", "message": "错误的签名"},
)
WRONG["answer"]["headers"] = {"vendor-sim-inspect": INSPECT}
OUTSIDE_URL = "weixin://wxpay/bizpayurl?pr=" + "z" * 24
OUTSIDE_RESOURCE = {
    "mchid": OUTSIDER,
    "out_trade_no": "order-77",
    "transaction_id": "4200",
    "amount": {"total": 1200},
}
OUTSIDE = [
    WRONG,
    asked(
        11,
        f"POST {PAY}/native",
        "merchant",
        request=create("order-77", 1200, OUTSIDER),
        answer={"code_url": OUTSIDE_URL},
    ),
    entry(12, "wallet", "ledger", "POST /v1/codes/resolve", request={"code": OUTSIDE_URL}),
    told(13, "TRANSACTION.SUCCESS", OUTSIDE_RESOURCE, "shop.example:8443"),
    asked(14, f"GET {PAY}/id/4200?mchid={OUTSIDER}", "merchant"),
    asked(
        15,
        f"POST {REFUNDS}",
        "merchant",
        request={"transaction_id": "4200", "out_refund_no": "back-1", "amount": {"refund": 200}},
        answer={"refund_id": "5040"},
    ),
    asked(16, f"GET {REFUNDS}/back-1", "merchant"),
    asked(17, f"POST {REFUNDS}/5040/apply-abnormal-refund", "merchant"),
    asked(18, "GET /v3/certificates", "merchant"),
]
