"""A small merchant of API v3 for tests: signs as SDKs do, verifies every signed answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.payments.wechat.platform import Platform
    from vendor_sim.payments.wechat.store import Merchant

HOST = "ledger.test:8000"
NOTIFY_URL = "http://shop.test/hooks/wechat"


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        document: Its JSON; None where it is empty or no JSON.
        headers: Names in lower case.
    """

    status: int
    document: Any
    raw: bytes
    headers: Mapping[str, str]

    @property
    def code(self) -> str | None:
        return None if self.document is None else self.document.get("code")

    @property
    def message(self) -> str | None:
        return None if self.document is None else self.document.get("message")

    @property
    def error(self) -> tuple[int, str | None, str | None]:
        """Status, code and message, as the tables have them."""
        return self.status, self.code, self.message


@dataclass
class Shop:
    """A merchant with its key.

    Args:
        app: Where it sends its requests; any WSGI application.
        mchid: Its number.
        secrets: Its ``Merchant`` or ``MerchantSecrets``.
        clock: Dates its requests.
        platform: Whose signatures it believes.
    """

    app: Callable[..., Any]
    mchid: str
    secrets: Any
    clock: Clock
    platform: Platform
    nonces: int = 0
    host: str = HOST
    default_headers: dict[str, str] = field(
        default_factory=lambda: {"User-Agent": "shop/1", "Accept": "*/*"}
    )

    @property
    def appid(self) -> str:
        return str(self.secrets.appid)

    def get(self, target: str, **how: Any) -> Reply:
        """A signed GET of a path with its query."""
        return self.call("GET", target, b"", **how)

    def post(self, target: str, body: Any, **how: Any) -> Reply:
        """A signed POST; a body that is not bytes is written as compact JSON."""
        raw = body if isinstance(body, bytes) else write(body)
        return self.call("POST", target, raw, **how)

    def native(self, out_trade_no: str = "order-000001", **changes: Any) -> Reply:
        """Create a Native order; ``total`` is its amount, None leaves a field out."""
        return self.create("native", out_trade_no, **changes)

    def create(self, kind: str, out_trade_no: str, *, total: int = 350, **changes: Any) -> Reply:
        """Create an order of a kind: native, jsapi, app, h5, codepay."""
        body = {
            "appid": self.appid,
            "mchid": self.mchid,
            "description": "可口可乐 Cola",
            "out_trade_no": out_trade_no,
            "notify_url": NOTIFY_URL,
            "amount": {"total": total, "currency": "CNY"},
            **changes,
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        return self.post(f"/v3/pay/transactions/{kind}", wanted)

    def query(self, out_trade_no: str = "order-000001") -> Reply:
        target = f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={self.mchid}"
        return self.get(target)

    def close(self, out_trade_no: str = "order-000001") -> Reply:
        target = f"/v3/pay/transactions/out-trade-no/{out_trade_no}/close"
        return self.post(target, {"mchid": self.mchid})

    def refund(
        self,
        out_refund_no: str = "refund-1",
        *,
        refund: int = 350,
        total: int = 350,
        **changes: Any,
    ) -> Reply:
        body = {
            "out_trade_no": "order-000001",
            "out_refund_no": out_refund_no,
            "amount": {"refund": refund, "total": total, "currency": "CNY"},
            **changes,
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        return self.post("/v3/refund/domestic/refunds", wanted)

    def authorise(self, method: str, target: str, body: bytes, /, **wrong: Any) -> str:
        """The Authorization header of a request; ``wrong`` replaces what is signed or said.

        ``method``, ``target``, ``body``: signed in place of what is sent. ``at_ms``, ``nonce``,
        ``serial``, ``mchid``, ``key`` (a private key).
        """
        self.nonces += 1
        return wechatpay.authorization(
            wrong.get("key") or wechatpay.load_private_key(self.secrets.private_key),
            wrong.get("mchid", self.mchid),
            wrong.get("serial", self.secrets.serial_no),
            wrong.get("method", method),
            wrong.get("target", target),
            wrong.get("body", body),
            wrong.get("at_ms", self.clock.now_ms()),
            wrong.get("nonce", f"nonce{self.nonces:027d}"),
        )

    def call(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        headers: Mapping[str, str | None] | None = None,
        sign: Mapping[str, Any] | None = None,
        raw_uri: str | None = None,
        verify: bool = True,
    ) -> Reply:
        """Send a request and verify its answer.

        Args:
            method: The method.
            target: Path and query as on the wire.
            body: The raw body.
            headers: More headers, or others; None leaves one out.
            sign: What to sign wrongly; see :meth:`authorise`.
            raw_uri: The request line's target, where it is not the same.
            verify: Whether a 2xx answer has to be signed rightly.
        """
        given: dict[str, str | None] = {
            **self.default_headers,
            "Authorization": self.authorise(method, target, body, **(sign or {})),
            "Content-Type": "application/json" if body else None,
            **(headers or {}),
        }
        sent = {name: value for name, value in given.items() if value is not None}
        reply = self.send(method, target, body, sent, raw_uri=raw_uri)
        if verify and reply.status < 300:
            problem = self.why_not(reply)
            assert problem is None, problem
        return reply

    def send(
        self,
        method: str,
        target: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        raw_uri: str | None = None,
    ) -> Reply:
        """Send a request as it is."""
        environ = environ_of(method, raw_uri or target, target, body, headers, self.host)
        started: list[Any] = []

        def start(status: str, given: list[tuple[str, str]], _error: Any = None) -> Any:
            started[:] = [int(status[:3]), {name.lower(): value for name, value in given}]

        chunks = self.app(environ, start)
        raw = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, got = started
        is_json = got.get("content-type", "").startswith("application/json")
        return Reply(status, json.loads(raw) if raw and is_json else None, raw, got)

    def why_not(self, reply: Reply) -> str | None:
        """What is wrong with an answer's signature; all five headers have to be there."""
        if wechatpay.SIGNATURE_TYPE.lower() not in reply.headers:
            return f"no {wechatpay.SIGNATURE_TYPE}"
        keys = self.platform.public_keys(self.secrets)
        return wechatpay.why_not(reply.headers, reply.raw, keys, self.clock.now_ms())

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Verify and decrypt a notification; the resource's plain text is under ``plain``."""
        keys = self.platform.public_keys(self.secrets)
        problem = wechatpay.why_not(headers, body, keys, self.clock.now_ms())
        assert problem is None, problem
        document: dict[str, Any] = json.loads(body)
        resource = document["resource"]
        plain = wechatpay.unseal(
            self.secrets.apiv3_key,
            resource["nonce"],
            resource["associated_data"],
            resource["ciphertext"],
        )
        return {**document, "plain": json.loads(plain)}


def write(document: Any) -> bytes:
    """JSON as most SDKs send it: compact, raw UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def environ_of(
    method: str, raw_uri: str, target: str, body: bytes, headers: Mapping[str, str], host: str
) -> dict[str, Any]:
    """The WSGI environment of a request."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": raw_uri,
        "REQUEST_URI": raw_uri,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def shop_of(app: Callable[..., Any], merchant: Merchant, clock: Clock, platform: Platform) -> Shop:
    """The shop of a merchant that the platform knows."""
    return Shop(app, merchant.mchid, merchant, clock, platform)
