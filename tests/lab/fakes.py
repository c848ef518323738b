"""A world that only remembers: one purchase, told message by message."""

from __future__ import annotations

from typing import Any

from vendor_sim.kernel.ids import SeededIds, new_id, new_token
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab.app import Money

IDS = SeededIds("stage")
ORDER, INTENT, AUTHORISATION = new_id(IDS, "ord"), new_id(IDS, "in"), new_id(IDS, "au")
REFUND = new_id(IDS, "rf")
TOKEN = new_token(IDS, "code")
CODE = f"http://127.0.0.1:8000/wallet/p/{TOKEN}"
AT_MS = 1_790_000_000_000


def entry(n: int, source: str, target: str, line: str, **changes: Any) -> dict[str, Any]:
    method, path = line.split(" ")
    made: dict[str, Any] = {
        "n": n,
        "at_ms": AT_MS + n * 250,
        "took_ms": 3,
        "source": source,
        "target": target,
        "method": method,
        "path": path,
        "status": 200,
        "fault": None,
        "signature": None,
        "wrote": [],
        "request": {"headers": {}, "body": None},
        "answer": {"headers": {}, "body": None},
    }
    request, answer = changes.pop("request", None), changes.pop("answer", None)
    made["request"]["body"], made["answer"]["body"] = request, answer
    made["request"]["headers"] = changes.pop("headers", {})
    return made | changes


VIEW = {"id": INTENT, "order_ref": ORDER, "code": CODE, "amount_minor": 350, "currency": "CNY"}
SIGNED = {"webhook-signature": "v1,abc", "webhook-id": "nt_1"}
PURCHASE = [
    entry(1, "machine", "ledger", "GET /healthz"),
    entry(
        2,
        "machine",
        "ledger",
        "POST /v1/intents",
        status=201,
        headers={"idempotency-key": ORDER},
        request={"order_ref": ORDER, "amount_minor": 350, "currency": "CNY"},
        answer=VIEW,
        wrote=["insert intent", "insert task"],
    ),
    entry(
        3,
        "wallet",
        "ledger",
        "POST /v1/codes/resolve",
        request={"code": CODE, "account": "acc_1"},
        answer={"intent": INTENT, "amount_minor": 350, "currency": "CNY"},
    ),
    entry(
        4,
        "wallet",
        "ledger",
        "POST /v1/authorisations",
        status=201,
        headers={"idempotency-key": AUTHORISATION},
        request={"code": CODE, "amount_minor": 350, "currency": "CNY"},
        answer={"id": AUTHORISATION, "intent": INTENT, "amount_minor": 350, "currency": "CNY"},
    ),
    entry(
        5,
        "ledger",
        "machine",
        "POST /machine/hooks/payments/lobby",
        status=204,
        headers=SIGNED,
        request={"type": "payment.authorised", "data": VIEW},
        signature="valid",
    ),
    entry(6, "machine", "ledger", f"POST /v1/intents/{INTENT}/capture", answer=VIEW),
    entry(
        7,
        "machine",
        "ledger",
        f"POST /v1/intents/{INTENT}/fulfilment",
        request={"drop": "dropped"},
        answer=VIEW,
    ),
    entry(
        8,
        "ledger",
        "wallet",
        "POST /wallet/hooks/payments",
        status=None,
        fault="request_lost",
        headers=SIGNED,
        request={
            "type": "authorisation.updated",
            "data": {"id": AUTHORISATION, "intent": INTENT},
        },
    ),
]
HOLD = {
    "id": "tr_1",
    "kind": "pending",
    "code": "hold",
    "debit": "acc_1",
    "credit": "merchant:m_lobby:CNY",
    "amount_minor": 350,
    "currency": "CNY",
    "pending_id": None,
}
PAYER = {"id": "acc_1", "name": "pete", "currency": "CNY", "balance_minor": 9_700}
MERCHANT = {
    "id": "merchant:m_lobby:CNY",
    "name": "Lobby machine",
    "currency": "CNY",
    "balance_minor": 0,
}


class FakeWorld:
    """Holds what the stage shows."""

    def __init__(self) -> None:
        self.order: dict[str, Any] | None = {
            "id": ORDER,
            "state": "paid",
            "money": "held",
            "scanned": True,
            "reads_codes": False,
        }
        self.transfers = [HOLD]
        self.entries = PURCHASE
        self.held: list[tuple[str, str]] = []
        self.holds: bool | Refused = True
        self.payer: dict[str, Any] | None = PAYER

    def machines(self):
        return [
            {"id": "lobby", "name": "Lobby machine", "takes": "hold", "speaks": "v1"},
            {"id": "platform-9", "name": "Platform 9", "takes": "at_once", "speaks": "wechat_v3"},
        ]

    def wallets(self):
        return [{"id": "pete"}, {"id": "broke"}]

    def has_scanner(self, machine):
        return machine == "platform-9"

    def hold(self, machine, wallet):
        self.held.append((machine, wallet))
        if isinstance(self.holds, Refused):
            raise self.holds
        return self.holds

    def last_order(self, machine):
        return self.order

    def messages(self):
        return self.entries

    def message(self, n):
        return next((each for each in self.entries if each["n"] == n), None)

    def money(self, machine, wallet, order):
        return Money(self.payer, MERCHANT, "transit:refunds:CNY", "fees:CNY", self.transfers)

    def ticket(self, wallet):
        return f"/wallet/enter/t-{wallet}?stage=1"

    def pin(self, wallet):
        return "123456"


class FakeControls:
    """Remembers what was steered, and says it again."""

    def __init__(self) -> None:
        self.steered: list[tuple[str, Any]] = []
        self.document: dict[str, Any] = {"seed": 0, "rules": [], "script": []}
        self.fired: dict[str, int] = {}
        self.off: set[str] = set()
        self.steps: int | None = None

    def clock(self):
        return {"now_ms": AT_MS, "rate": 1.0, "frozen": False, "speed": 1.0}

    def steer(self, what, value):
        self.steered.append((what, value))

    def plan(self):
        return {**self.document, "fired": self.fired}

    def load(self, document):
        self.document = {"seed": 0, "rules": [], "script": [], **document}

    def services(self):
        return [
            {"service": name, "power": "off" if name in self.off else "on", "back_at": None}
            for name in ("ledger", "machine", "wallet")
        ]

    def switch(self, service, *, on):
        (self.off.discard if on else self.off.add)(service)

    def recording(self):
        return {"on": self.steps is not None, "steps": self.steps or 0}

    def record(self, *, on):
        if on:
            self.steps = 3
            return {"on": True}
        if self.steps is None:
            raise Refused(Code.WRONG_STATE, "nothing is being recorded")
        self.steps = None
        return {"on": False, "name": "recorded.feature", "feature": "Feature: Recorded\n"}
