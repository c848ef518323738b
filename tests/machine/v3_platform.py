"""A WeChat Pay of the tests' own: it signs, seals and verifies with code that is not ours."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.machine.v3_keys import (
    APPID,
    MCHID,
    MERCHANT_SERIAL,
    key,
    listed,
    new_certificate,
    old_certificate,
)
from tests.machine.v3_notices import Notices

REFUND_MS = 2_000
PRESENTED_MS = 60_000
STATES = {"SUCCESS": "支付成功", "NOTPAY": "订单未支付"}


class No(Exception):  # noqa: N818 - it is what it says
    def __init__(self, status, code, message="不行"):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class V3Platform(Notices):
    """Orders by their numbers, refunds by theirs, and the notices about both.

    ``log`` holds every request as ``(verb, number)``; ``codes`` what becomes of a presented code;
    ``signer`` the key that signs: ``public``, ``old`` or ``new``.
    """

    def __init__(self, clock, mode="pubkey"):
        self.clock = clock
        self.signer = "public" if mode == "pubkey" else "old"
        self.orders, self.refunds, self.codes = {}, {}, {}
        self.log, self.notices, self.seen_headers = [], [], []
        self.refuse_next = {}  # verb → list of (status, code)
        self.spoil_next = {}  # verb → how its answer's signature is spoiled, once
        self.refund_end = "SUCCESS"
        self.number = 0

    # -- what the tests do --------------------------------------------------------------------

    def pay(self, number):
        """The payer scans the code on the screen and pays."""
        order = self.orders[number]
        assert order["state"] == "NOTPAY", order
        self._take(order)
        self._tell("TRANSACTION.SUCCESS", self._view(order), order["notify_url"])

    def say(self, number, yes):
        """The payer who is asked for the password says yes or no."""
        order = self.orders[number]
        assert order["state"] == "USERPAYING", order
        if yes:
            self._take(order)
        else:
            order["state"] = "PAYERROR"

    def expire(self):
        """Refunds come to their end."""
        for refund in self.refunds.values():
            if refund["status"] == "PROCESSING" and self.clock.now_ms() >= refund["due_ms"]:
                self._end(refund)

    def refund_due_ms(self):
        waiting = [one for one in self.refunds.values() if one["status"] == "PROCESSING"]
        return min((one["due_ms"] for one in waiting), default=None)

    def taken(self):
        """Fen that are the merchant's now."""
        paid = [one["total"] for one in self.orders.values() if one["state"] == "SUCCESS"]
        alive = ("PROCESSING", "SUCCESS", "ABNORMAL")
        back = [one["refund"] for one in self.refunds.values() if one["status"] in alive]
        return sum(paid) - sum(back)

    def _end(self, refund):
        refund["status"] = self.refund_end
        order = self.orders[refund["out_trade_no"]]
        body = {
            "mchid": MCHID,
            "out_trade_no": refund["out_trade_no"],
            "transaction_id": order["transaction_id"],
            "out_refund_no": refund["out_refund_no"],
            "refund_id": refund["refund_id"],
            "refund_status": refund["status"],
            "amount": {"total": order["total"], "refund": refund["refund"]},
        }
        self._tell(f"REFUND.{refund['status']}", body, refund["notify_url"])

    def _take(self, order):
        self.number += 1
        order.update(state="SUCCESS", transaction_id=f"4200{self.number:024}")

    # -- what the machine asks ----------------------------------------------------------------

    def __call__(self, environ, start):
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        method, target = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        verb, number = self._verb(method, target.partition("?")[0])
        self.log.append((verb, number))
        self.seen_headers.append(environ.get("HTTP_WECHATPAY_SERIAL"))
        try:
            self._verify(environ.get("HTTP_AUTHORIZATION", ""), method, target, raw)
            self._refuse(verb)
            document = getattr(self, f"_{verb}")(number, json.loads(raw or b"{}"))
        except No as no:
            body = json.dumps({"code": no.code, "message": no.message}).encode() if no.code else b""
            start(f"{no.status} No", [("Content-Type", "application/json")])
            return [body]
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        headers = self._answer_headers(verb, body)
        start("200 OK" if body else "204 No Content", list(headers.items()))
        return [body]

    def _refuse(self, verb):
        if self.refuse_next.get(verb):
            raise No(*self.refuse_next[verb].pop(0))

    def _answer_headers(self, verb, body):
        how = self.spoil_next.pop(verb, None)
        headers = self.signed(body, off_s=-301 if how == "stale" else 0)
        if how == "signtest":
            right = headers["Wechatpay-Signature"]
            headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + right[8:]
        if how == "unsigned":
            headers = {}
        return headers | {"Content-Type": "application/json"}

    @staticmethod
    def _verify(header, method, target, raw):
        scheme, _, rest = header.partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        head = f"{method}\n{target}\n{given['timestamp']}\n{given['nonce_str']}\n"
        try:
            assert (scheme, given["mchid"]) == ("WECHATPAY2-SHA256-RSA2048", MCHID)
            assert given["serial_no"] == MERCHANT_SERIAL
            signature, signed = base64.b64decode(given["signature"]), head.encode() + raw + b"\n"
            public = key("merchant").public_key()
            public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except (AssertionError, InvalidSignature):
            raise No(401, "SIGN_ERROR") from None

    @staticmethod
    def _verb(method, path):
        parts = [unquote(one) for one in path.strip("/").split("/")[1:]]
        if parts == ["certificates"]:
            return "certificates", ""
        if parts[:3] == ["refund", "domestic", "refunds"]:
            return ("refund", "") if method == "POST" else ("refund_state", parts[3])
        if parts[2] in {"native", "codepay"}:
            return parts[2], ""
        return (parts[4] if len(parts) > 4 else "query"), parts[3]

    def _native(self, _number, body):
        number, total = body["out_trade_no"], body["amount"]["total"]
        known = self.orders.get(number)
        if known is None:
            assert body["notify_url"].startswith("http"), body
            assert body["appid"] == APPID
            self._new(number, total, body, kind="NATIVE", notify_url=body["notify_url"])
        elif known["state"] == "SUCCESS":
            raise No(400, "ORDERPAID", "该订单已支付")
        elif known["state"] == "CLOSED":
            raise No(400, "ORDER_CLOSED")
        elif known["body"] != body:
            raise No(400, "INVALID_REQUEST")
        return {"code_url": f"weixin://wxpay/bizpayurl?pr=t{len(self.orders):023}"}

    def _new(self, number, total, body, **more):
        facts = {"number": number, "total": total, "body": body, "state": "NOTPAY"}
        self.orders[number] = facts | {"transaction_id": None, "notify_url": None} | more
        return self.orders[number]

    def _codepay(self, _number, body):
        number, total, code = (
            *(body["out_trade_no"], body["amount"]["total"]),
            body["payer"]["auth_code"],
        )
        assert body["scene_info"]["store_info"]["out_id"], body
        known = self.orders.get(number)
        if known is None:
            end = self.codes.pop(code, "AUTH_CODE_INVALID")
            if end == "AUTH_CODE_INVALID":
                raise No(400, end)
            known = self._new(number, total, body, kind="MICROPAY")
            self._charged(known, end)
        if known["state"] == "USERPAYING":
            raise No(202, "USERPAYING", "需要用户输入支付密码")
        if known["state"] == "PAYERROR":
            raise No(403, known["why"])
        if known["state"] != "SUCCESS":
            raise No(400, "ORDER_CLOSED")
        return self._view(known)

    def _charged(self, order, end):
        if end == "paid":
            self._take(order)
        elif end == "asking":
            order["state"] = "USERPAYING"
        else:
            order.update(state="PAYERROR", why=end)

    def _find(self, number):
        if number not in self.orders:
            raise No(404, "ORDER_NOT_EXIST", "订单不存在")
        return self.orders[number]

    def _query(self, number, _body):
        return self._view(self._find(number))

    def _close(self, number, body):
        assert body == {"mchid": MCHID}
        order = self._find(number)
        if order["state"] == "SUCCESS":
            raise No(400, "ORDERPAID", "该订单已支付")
        order["state"] = "CLOSED"

    def _reverse(self, number, body):
        assert body == {"mchid": MCHID, "appid": APPID}
        self._find(number)["state"] = "REVOKED"
        return {"out_trade_no": number, **body}

    def _view(self, order):
        state = order["state"]
        refunded = any(one["out_trade_no"] == order["number"] for one in self.refunds.values())
        shown = "REFUND" if state == "SUCCESS" and refunded else state
        view = {
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": order["number"],
            "trade_state": shown,
            "trade_state_desc": STATES.get(shown, "其他"),
            "amount": {"total": order["total"], "currency": "CNY"},
        }
        if order["transaction_id"]:
            view |= {"transaction_id": order["transaction_id"], "trade_type": order["kind"]}
            view["amount"] |= {"payer_total": order["total"], "payer_currency": "CNY"}
        return view

    def _refund(self, _number, body):
        number = body["out_refund_no"]
        order = self._find(body["out_trade_no"])
        if order["state"] != "SUCCESS":
            raise No(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if number not in self.refunds:
            assert body["amount"]["total"] == order["total"]
            assert body["amount"]["refund"] <= self.taken()
            self.refunds[number] = {
                "out_trade_no": order["number"],
                "out_refund_no": number,
                "refund_id": f"5{len(self.refunds):028}",
                "refund": body["amount"]["refund"],
                "reason": body["reason"],
                "status": "PROCESSING",
                "notify_url": body["notify_url"],
                "due_ms": self.clock.now_ms() + REFUND_MS,
            }
        return self._refund_state(number, body)

    def _refund_state(self, number, _body):
        if number not in self.refunds:
            raise No(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        refund = self.refunds[number]
        names = ("out_trade_no", "out_refund_no", "refund_id", "status")
        amount = {"refund": refund["refund"], "total": 350, "currency": "CNY", "from": []}
        return {name: refund[name] for name in names} | {"amount": amount, "channel": "ORIGINAL"}

    def _certificates(self, _number, _body):
        if self.signer == "public":
            raise No(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书")
        return {"data": [listed(*one) for one in (old_certificate(), new_certificate())]}
