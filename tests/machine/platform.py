"""A payment platform of the tests' own: a small stub of ``/v1`` that shares no code with ours."""

from __future__ import annotations

import json

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.wire import signing

HOLD_MS = 15 * 60_000
REFUND_MS = 2_000
PHRASES = {200: "200 OK", 201: "201 Created"}


class No(Exception):  # noqa: N818 - it is what it says
    def __init__(self, status, code):
        super().__init__(code)
        self.status, self.code = status, code


class Platform:
    """Intents, refunds and the notices about them.

    ``log`` holds every request as ``(method, path)``; ``notices`` what is still to be delivered.
    """

    def __init__(self, clock, secret):
        self.clock, self.secret = clock, secret
        self.intents, self.refunds, self.keys = {}, {}, {}
        self.log, self.notices = [], []
        self.refuse_next = {}  # verb → (status, code), once

    # -- what the tests do --------------------------------------------------------------------

    def intent_of(self, order_id):
        return next(one for one in self.intents.values() if one["order_ref"] == order_id)

    def pay(self, order_id):
        intent = self.intent_of(order_id)
        assert intent["state"] == "open"
        if intent["takes"] == "hold":
            until = rfc3339(self.clock.now_ms() + HOLD_MS)
            self._move(intent, "authorised", "payment.authorised", hold_until=until)
        else:
            amount = intent["amount_minor"]
            self._move(intent, "captured", "payment.captured", captured_minor=amount)

    def attempt(self, order_id, state, reason=None):
        intent = self.intent_of(order_id)
        at = rfc3339(self.clock.now_ms())
        attempt = {"state": state, "reason": reason, "at": at}
        self._move(intent, intent["state"], f"payment.{state}", attempt=attempt)

    def expire(self):
        now = rfc3339(self.clock.now_ms())
        for intent in self.intents.values():
            if intent["state"] == "open" and now >= intent["pay_until"]:
                self._move(intent, "expired", "intent.expired")
            elif intent["state"] == "authorised" and now >= intent["hold_until"]:
                self._move(intent, "expired", "hold.expired")
        for refund in self.refunds.values():
            if refund["state"] == "pending" and now >= refund["due"]:
                refund.update(state="succeeded", done_at=now)
                self._notice("refund.succeeded", refund)

    def refund_by_hand(self, order_id, amount_minor):
        return self._refund(self.intent_of(order_id), {"amount_minor": amount_minor})

    def _move(self, intent, state, notice, **changes):
        intent.update(changes, state=state, version=intent["version"] + 1)
        self._notice(notice, intent)

    def _notice(self, kind, data):
        number = len(self.log) * 1000 + len(self.notices)
        body = {"type": kind, "timestamp": rfc3339(self.clock.now_ms()), "data": dict(data)}
        self.notices.append((f"nt_{number}_{kind}_{data['id']}", json.dumps(body).encode()))

    def signed(self, notice):
        notice_id, body = notice
        return signing.sign([self.secret], notice_id, self.clock.now_ms(), body)

    # -- what the machine asks ----------------------------------------------------------------

    def __call__(self, environ, start):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.log.append((method, path))
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        try:
            status, document = 200, self._answer(method, path, json.loads(raw or b"{}"), key)
        except No as no:
            status = no.status
            document = {"error": {"code": no.code, "message": no.code, "where": None}}
        start(PHRASES.get(status, f"{status} No"), [("Content-Type", "application/json")])
        return [json.dumps(document).encode()]

    def _answer(self, method, path, body, key):
        if path == "/healthz":
            return {"status": "ok"}
        parts = path.removeprefix("/v1/").split("/")
        verb = parts[2] if len(parts) > 2 else f"{method} {parts[0]}"
        if verb in self.refuse_next:
            raise No(*self.refuse_next.pop(verb))
        if key and key in self.keys:
            return self.keys[key]
        answer = self._do(method, parts, body)
        if key:
            self.keys[key] = answer
        return dict(answer)

    def _do(self, method, parts, body):
        if parts == ["intents"]:
            return self._open(body)
        if parts[0] == "refunds":
            return self.refunds[parts[1]]
        intent = self.intents[parts[1]]
        if len(parts) == 2:
            return intent
        if (method, parts[2]) == ("GET", "refunds"):
            return self._given_back(parts[1])
        return getattr(self, f"_{parts[2]}")(intent, body)

    def _open(self, body):
        number = len(self.intents) + 1
        now_ms = self.clock.now_ms()
        intent = {
            "id": f"in_{number}",
            "merchant": "m",
            "merchant_name": "M",
            "order_ref": body["order_ref"],
            "description": body["description"],
            "amount_minor": body["amount_minor"],
            "currency": body["currency"],
            "takes": body["takes"],
            "state": "open",
            "code": f"http://w/wallet/p/{number:2>24}",
            "pay_until": rfc3339(now_ms + body["pay_within_ms"]),
            "hold_until": None,
            "captured_minor": 0,
            "refunded_minor": 0,
            "scanned": False,
            "attempt": None,
            "fulfilment": None,
            "created_at": rfc3339(now_ms),
            "version": 1,
        }
        self.intents[intent["id"]] = intent
        return intent

    def _close(self, intent, _body):
        if intent["state"] in {"authorised", "captured"}:
            raise No(409, "already_paid")
        if intent["state"] == "open":
            self._move(intent, "closed", "intent.closed")
        return intent

    def _capture(self, intent, _body):
        if intent["state"] != "authorised":
            raise No(409, "wrong_state")
        self._move(intent, "captured", "payment.captured", captured_minor=intent["amount_minor"])
        return intent

    def _void(self, intent, _body):
        if intent["state"] != "authorised":
            raise No(409, "wrong_state")
        self._move(intent, "voided", "payment.voided")
        return intent

    def _fulfilment(self, intent, body):
        intent["fulfilment"] = body["drop"]
        return intent

    def _given_back(self, intent_id):
        found = [one for one in self.refunds.values() if one["intent"] == intent_id]
        sums = {"pending": 0, "succeeded": 0}
        for one in found:
            sums[one["state"]] += one["amount_minor"]
        return {
            "captured_minor": self.intents[intent_id]["captured_minor"],
            "refund_pending_minor": sums["pending"],
            "refunded_minor": sums["succeeded"],
            "refunds": found,
        }

    def _refunds(self, intent, body):
        return self._refund(intent, body)

    def _refund(self, intent, body):
        if intent["state"] != "captured":
            raise No(409, "wrong_state")
        if intent["refunded_minor"] + body["amount_minor"] > intent["captured_minor"]:
            raise No(409, "over_refund")
        intent["refunded_minor"] += body["amount_minor"]
        now_ms = self.clock.now_ms()
        refund = {
            "id": f"rf_{len(self.refunds) + 1}",
            "intent": intent["id"],
            "amount_minor": body["amount_minor"],
            "currency": intent["currency"],
            "state": "pending",
            "reason": body.get("reason"),
            "created_at": rfc3339(now_ms),
            "done_at": None,
            "due": rfc3339(now_ms + REFUND_MS),
        }
        self.refunds[refund["id"]] = refund
        return refund
