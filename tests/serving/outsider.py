"""A merchant's program that knows nothing of this house but its address and its own keys."""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Outsider:
    """Signs as SDKs do; ``wrong`` signs the body serialised a second time."""

    base: str
    credentials: dict[str, Any]
    wrong: bool = False
    _nonces: Iterator[int] = field(default_factory=itertools.count)

    @property
    def mchid(self) -> str:
        """Its number."""
        return str(self.credentials["merchant"]["mchid"])

    def create(self, number: str, **more: Any) -> tuple[int, Any]:
        """Create a Native order of ¥12.00."""
        body = {
            "appid": self.credentials["merchant"]["appid"],
            "mchid": self.mchid,
            "description": "豆浆 & tea",
            "out_trade_no": number,
            "amount": {"total": 1200},
            **more,
        }
        return self.ask("POST", "/v3/pay/transactions/native", body)

    def ask(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        """Status and document of an answer."""
        raw = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        signed = json.dumps(body).encode() if self.wrong else raw
        merchant = self.credentials["merchant"]
        authorization = wechatpay.authorization(
            key=wechatpay.load_private_key(self.credentials["files"]["apiclient_key.pem"]),
            mchid=self.mchid,
            serial_no=merchant["merchant_serial"],
            method=method,
            target=target,
            body=signed,
            at_ms=int(time.time() * 1000),
            nonce=f"outsider{next(self._nonces)}",
        )
        headers = {
            "Authorization": authorization,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "outsider",
            "Wechatpay-Serial": merchant["public_key_id"],
        }
        request = urllib.request.Request(self.base + target, raw or None, headers, method=method)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or "null")
