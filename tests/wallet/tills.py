"""The till of the small ledger service: what merchants ask for, and payment codes they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import VirtualClock

START_MS = 1_800_000_000_000
TOKEN = "a" * 24
WECHAT = f"weixin://wxpay/bizpayurl?pr={TOKEN}"
PRICE = 350
PRESENTED_MS = 60_000


@dataclass
class Asked:
    """What the fake's one merchant asks for."""

    state: str = "open"
    amount_minor: int = PRICE
    currency: str = "CNY"
    pay_until_ms: int = START_MS + 120_000
    takes: str = "hold"


class Tills:
    """The part of the fake that makes payment codes, and what a test's till does with them."""

    clock: VirtualClock
    keys: dict[str, str]
    accounts: dict[str, dict[str, Any]]
    presented: dict[str, dict[str, Any]]

    def _present(self, account: str, key: str) -> dict[str, Any]:
        found = self.keys.setdefault(key, f"13{len(self.presented):016d}")
        fresh = {
            "auth_code": found,
            "account": account,
            "valid_until": rfc3339(self.clock.now_ms() + PRESENTED_MS),
            "state": "ready",
            "code": None,
            "authorisation": None,
            "reason": None,
        }
        return self.presented.setdefault(found, fresh)

    def _presented(self, auth_code: str) -> dict[str, Any]:
        if auth_code not in self.presented:
            raise Refused(Code.NOT_FOUND, "no such code")
        found = self.presented[auth_code]
        if found["state"] == "ready" and rfc3339(self.clock.now_ms()) >= found["valid_until"]:
            found["state"] = "expired"
        took = found["authorisation"]
        return {**found, "authorisation": took and self.view(took)}

    def charge(self, auth_code: str, amount_minor: int = PRICE) -> str:
        """A till takes money by a payment code: the authorisation's id."""
        found, key = self.presented[auth_code], f"au_till_{auth_code}"
        self._take(key, self.accounts[found["account"]], Asked(amount_minor=amount_minor))
        self.move(key, state="captured", auth_code=auth_code)
        found.update(state="paid", authorisation=key)
        return key

    def ask_payer(self, auth_code: str, code: str | None = WECHAT) -> None:
        """A till reads a payment code, and the payer has to say yes."""
        self.presented[auth_code].update(state="asking", code=code)

    def fail(self, auth_code: str, reason: str | None) -> None:
        """A till reads a payment code and gets nothing."""
        self.presented[auth_code].update(state="failed", reason=reason)
