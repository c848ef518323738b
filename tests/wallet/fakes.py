"""A small ledger service behind a transport: enough of ``/v1`` for a wallet, with faults."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.wallet.tills import PRICE, START_MS, TOKEN, WECHAT, Asked, Tills
from vendor_sim.kernel.clock import VirtualClock, rfc3339
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.storage.database import Database
from vendor_sim.wire import signing, strict_json
from vendor_sim.wire.answers import error_body
from vendor_sim.wire.http import ByteStream, ReadTimeout, Request, Response, Transport
from wallet.assembly import TABLES, Wallet, WalletSettings, assemble

BASE = "http://192.168.1.20:8000"
CODE = f"{BASE}/wallet/p/{TOKEN}"
__all__ = ["PRICE", "START_MS", "TOKEN", "WECHAT", "Asked"]
SECRET = signing.secret_text(b"k" * 32)
PIN = "123456"


@dataclass
class FakeLedger(Tills, Transport):
    """One merchant, one code (:data:`TOKEN`), any number of payers.

    ``faults`` are used up by the requests, oldest first: ``lost``, ``answer_lost``, a Problem code
    (refused by it without being carried out), or None for none. ``late`` requests are kept and
    carried out by :meth:`deliver_late`.
    """

    clock: VirtualClock
    intents: dict[str, Asked] = field(default_factory=lambda: {TOKEN: Asked()})
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    authorisations: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    faults: list[Any] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    declines: list[str] = field(default_factory=list)
    late: list[Request] = field(default_factory=list)
    presented: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handle_request(self, request: Request) -> Response:
        self.calls.append(f"{request.method} {request.url.path}")
        fault = self.faults.pop(0) if self.faults else None
        if fault == "late":
            self.late.append(request)
        if fault in {"lost", "late"}:
            raise ReadTimeout("lost", request=request)
        if isinstance(fault, Code):
            return self._refuse(Problem(fault, "as the test wants"))
        response = self._answer(request)
        if fault == "answer_lost":
            raise ReadTimeout("answer lost", request=request)
        return response

    def deliver_late(self) -> None:
        while self.late:
            self._answer(self.late.pop(0))

    def _answer(self, request: Request) -> Response:
        body = json.loads(request.read() or b"{}")
        try:
            return _json(
                200, self._act(request.method, request.url.path.split("/")[2:], body, request)
            )
        except Refused as error:
            return self._refuse(error.problem)

    def _act(  # noqa: C901, PLR0911 - one line a route
        self, method: str, path: list[str], body: Any, request: Request
    ) -> dict[str, Any]:
        match (method, *path):
            case ("POST", "accounts"):
                return self._open(body, request.headers["Idempotency-Key"])
            case ("POST", "accounts", account, "top-ups"):
                return self._top_up(
                    account, body["amount_minor"], request.headers["Idempotency-Key"]
                )
            case ("GET", "accounts", account):
                return self.accounts[account]
            case ("POST", "codes", "resolve"):
                return self._quote(body["code"])
            case ("POST", "payment-codes"):
                return self._present(body["account"], request.headers["Idempotency-Key"])
            case ("GET", "payment-codes", auth_code):
                return self._presented(auth_code)
            case ("POST", "declines"):
                self.declines.append(body["code"])
                return self._quote(body["code"])
            case ("POST", "authorisations"):
                return self._authorise(body, request.headers["Idempotency-Key"])
            case ("GET", "authorisations", authorisation):
                if authorisation not in self.authorisations:
                    raise Refused(Code.NOT_FOUND, "never heard of it")
                return self.view(authorisation)
        raise AssertionError(f"{method} {path}")

    def _open(self, body: Any, key: str) -> dict[str, Any]:
        account = self.keys.setdefault(key, f"acc_{len(self.accounts)}")
        empty = {"balance_minor": 0, "held_minor": 0, "available_minor": 0}
        return self.accounts.setdefault(account, {"id": account, **body, **empty})

    def _top_up(self, account: str, amount_minor: int, key: str) -> dict[str, Any]:
        if key not in self.keys:
            self.keys[key] = account
            self.accounts[account]["balance_minor"] += amount_minor
        return self.accounts[account]

    def _quote(self, token: str) -> dict[str, Any]:
        asked = self._payable(token)
        return {
            "intent": f"in_{token[:4]}",
            "merchant_name": "Lobby machine",
            "description": "Cola",
            "amount_minor": asked.amount_minor,
            "currency": asked.currency,
            "pay_until": rfc3339(asked.pay_until_ms),
        }

    def _payable(self, token: str) -> Asked:
        asked = self.intents.get(token)
        if asked is None:
            raise Refused(Code.UNKNOWN_CODE, "nobody asks for it")
        if asked.state != "open":
            raise Refused(Code(asked.state), "not payable")
        if self.clock.now_ms() >= asked.pay_until_ms:
            raise Refused(Code.EXPIRED, "too late")
        return asked

    def _authorise(self, body: Any, key: str) -> dict[str, Any]:
        if key in self.authorisations:
            return self.view(key)
        asked = self._payable(body["code"])
        account = self.accounts[body["account"]]
        if body["amount_minor"] != asked.amount_minor:
            raise Refused(Code.AMOUNT_CHANGED, "another price")
        if account["balance_minor"] - account["held_minor"] < asked.amount_minor:
            raise Refused(Code.INSUFFICIENT_FUNDS, "too little")
        asked.state = Code.ALREADY_PAID.value
        self._take(key, account, asked)
        if asked.takes == "at_once":
            self.move(key, state="captured")
        return self.view(key)

    def _take(self, key: str, account: dict[str, Any], asked: Asked) -> None:
        self.authorisations[key] = {
            "id": key,
            "intent": "in_aaaa",
            "account": account["id"],
            "auth_code": None,
            "at": rfc3339(START_MS),
            "merchant_name": "Lobby machine",
            "description": "Cola",
            "state": "held",
            "amount_minor": asked.amount_minor,
            "currency": asked.currency,
            "refunded_minor": 0,
            "refund_pending_minor": 0,
            "fulfilment": None,
        }
        account["held_minor"] += asked.amount_minor

    def view(self, authorisation: str) -> dict[str, Any]:
        found = self.authorisations[authorisation]
        account = self.accounts[found["account"]]
        return {
            **found,
            "balance_minor": account["balance_minor"],
            "held_minor": account["held_minor"],
        }

    def move(self, authorisation: str, **facts: Any) -> dict[str, Any]:
        """Change an authorisation as the merchant would, and its account with it."""
        found = self.authorisations[authorisation]
        account = self.accounts[found["account"]]
        was, found["state"] = found["state"], facts.get("state", found["state"])
        if was == "held" and found["state"] != "held":
            account["held_minor"] -= found["amount_minor"]
            account["balance_minor"] -= found["amount_minor"] * (found["state"] == "captured")
        account["balance_minor"] += facts.get("refunded_minor", 0) - found["refunded_minor"]
        found.update(facts)
        return self.view(authorisation)

    def _refuse(self, problem: Problem) -> Response:
        return _json(problem.status, error_body(problem))


def _json(status: int, document: Any) -> Response:
    raw = strict_json.compact(document)
    headers = {"Content-Type": "application/json"}
    return Response(status, headers=headers, stream=ByteStream(raw))


@dataclass
class Scene:
    """A wallet service with its clock and the ledger it talks to."""

    clock: VirtualClock
    ledger: FakeLedger
    wallet: Wallet
    door: Database

    @property
    def service(self):
        return self.wallet.service

    def tick(self) -> int:
        return self.wallet.outbound.tick(self.clock.now_ms())

    def run(self, for_ms: int = 0) -> None:
        """Let time pass, doing at each instant what is due."""
        until_ms = self.clock.now_ms() + for_ms
        while True:
            due_ms = self.wallet.outbound.next_due_ms()
            if due_ms is None or due_ms > until_ms:
                break
            self.clock.advance_to(due_ms)
            self.tick()
        self.clock.advance_to(until_ms)

    def open(self, wallet_id: str = "pete", currency: str = "CNY", balance_minor: int = 10_000):
        self.service.open_wallet(wallet_id, wallet_id.title(), currency, PIN, balance_minor)
        self.run()

    def ask(self, wallet_id: str = "pete", text: str = CODE) -> str:
        """Scan a code up to the question."""
        scan_id = self.service.begin_scan(wallet_id, text)
        self.run()
        return scan_id

    def pay(self, wallet_id: str = "pete", text: str = CODE) -> str:
        """Scan a code, say yes, and let the wallet send it."""
        scan_id = self.ask(wallet_id, text)
        assert self.service.approve(scan_id, PIN) is None
        self.run()
        return scan_id

    def scan(self, scan_id: str) -> dict[str, Any]:
        return self.service.scan(scan_id)

    def notice(self, data: dict[str, Any], notice_id: str = "nt_1", **given: Any):
        """Deliver a signed notice to the hook."""
        now_ms = self.clock.now_ms()
        document = {
            "type": given.get("type", "authorisation.updated"),
            "timestamp": rfc3339(given.get("told_at_ms", now_ms)),
            "data": data,
        }
        body = strict_json.compact(document)
        secrets = given.get("secrets", (SECRET,))
        headers = signing.sign(secrets, notice_id, given.get("signed_at_ms", now_ms), body)
        body = given.get("body", body)
        client = self.wallet.app.test_client()
        return client.post("/wallet/hooks/payments", data=body, headers=headers)


def make_scene(url: str = "sqlite://") -> Scene:
    """A fresh wallet service on an empty database, in memory unless said otherwise."""
    clock = VirtualClock(START_MS)
    ledger = FakeLedger(clock)
    door = Database(url, TABLES)
    settings = WalletSettings(
        ledger_url="http://ledger",
        provider_key="provider-key",
        hook_secrets=(SECRET,),
        session_secret="session-secret",
        link_base=BASE,
        pin_cost=2**4,
    )
    return Scene(clock, ledger, assemble(settings, door, clock, SeededIds(1), ledger), door)
