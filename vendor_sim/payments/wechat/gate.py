"""The door of ``/v3``: a plain WSGI application in front of Flask's.

RSA alone takes 0.3 ms of a request, so what stands around it is kept lean: no request context, no
routing library, keys parsed beforehand. The order of work is that of the real platform: route,
headers, signature, then everything else.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import ahead_of
from vendor_sim.payments.wechat import problems, reading, verifying
from vendor_sim.payments.wechat.behaviour import provoked
from vendor_sim.payments.wechat.calls import (
    Answer,
    Call,
    Family,
    Route,
    WechatKit,
    WechatSettings,
)
from vendor_sim.payments.wechat.inspector import PATH, Inspector, Record, claimed
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.payments.wechat.routing import Routing
from vendor_sim.storage.database import WROTE
from vendor_sim.wire import strict_json, wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vendor_sim.payments.wechat.reading import Incoming
    from vendor_sim.payments.wechat.store import Behaviour, Merchant

    WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
    Headers = list[tuple[str, str]]

__all__ = ["Answer", "Call", "Family", "Route", "WechatGate", "WechatKit", "WechatSettings"]

GENUINE, NOT_GENUINE, NOT_LOOKED_AT = "genuine", "not genuine", "not looked at"
_LOG = logging.getLogger("vendor_sim")
_BAD = 300
_POLITE = frozenset({Family.REFUNDS, Family.CERTIFICATES})
"""Endpoints that want a User-Agent and an Accept, and look for them first ``[S3P, probe]``."""
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_ALWAYS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_NO_CONTENT, _NOT_FOUND, _NOT_ALLOWED, _UNSIGNED = 204, 404, 405, 401


class _Work:
    """One request on its way through, with what is known of it so far."""

    __slots__ = ("error", "family", "headers", "incoming", "merchant", "number", "verdict")

    def __init__(self, incoming: Incoming, number: int) -> None:
        self.incoming = incoming
        self.number = number
        self.family: Family | None = None
        self.merchant: Merchant | None = None
        self.verdict = NOT_LOOKED_AT
        self.error: WechatError | None = None
        self.headers: Headers = []


class WechatGate:
    """Answers ``/v3…`` and hands everything else on.

    Args:
        kit: What the endpoints work with.
        routes: The endpoints.
        fallthrough: Answers everything else.
        inspector: Remembers the requests; one of its own where none is given.
        trace_writes: Whether answers say what was written (``Vendor-Sim-Wrote``).
    """

    def __init__(
        self,
        kit: WechatKit,
        routes: Iterable[Route],
        fallthrough: WsgiApp,
        *,
        inspector: Inspector | None = None,
        trace_writes: bool = False,
    ) -> None:
        self._kit = kit
        self._routing = Routing(routes)
        self._fallthrough = fallthrough
        self._trace_writes = trace_writes
        self.inspector = inspector or Inspector(kit.merchants, kit.platform)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if not (path.startswith("/v3/") or path == "/v3"):
            return self._fallthrough(environ, start_response)
        wrote: list[str] = []
        WROTE.set(wrote)
        clock = self._kit.clock
        incoming = reading.read(environ, clock.now_ms(), ahead_of(clock))
        work = _Work(incoming, self.inspector.next_number())
        status, body = self._carry_out(work)
        headers = [*_ALWAYS, ("Content-Length", str(len(body))), *work.headers]
        if wrote and self._trace_writes:
            headers.append(("Vendor-Sim-Wrote", ", ".join(wrote)))
        self._keep(work, status)
        start_response(_STATUS[status], headers)
        return [body]

    def _carry_out(self, work: _Work) -> tuple[int, bytes]:
        try:
            return self._work(work)
        except WechatError as error:
            return self._refuse(work, error)
        except Refused as refused:
            if refused.problem.code is Code.UNAVAILABLE:
                return self._refuse(work, problems.system_error())
            return self._fail(work)
        except Exception:  # noqa: BLE001 - a bug is told as the platform would, and logged
            return self._fail(work)

    def _fail(self, work: _Work) -> tuple[int, bytes]:
        """A bug: told as the platform would, logged, and marked for whoever watches the wire."""
        _LOG.exception("%s %s failed", work.incoming.method, work.incoming.path)
        work.headers.append(("Vendor-Sim-Failed", "bug"))
        return self._refuse(work, problems.system_error())

    def _work(self, work: _Work) -> tuple[int, bytes]:
        incoming = work.incoming
        by_method, ids = self._routing.find(incoming.path)
        route = by_method.get(incoming.method)
        if route is None:
            if by_method:
                work.headers.append(("Allow", ", ".join(sorted(by_method))))
            return (_NOT_ALLOWED if by_method else _NOT_FOUND), b""
        work.family = route.family
        if route.family in _POLITE and not incoming.named:
            raise problems.headers_missing()
        work.verdict = NOT_GENUINE
        merchant = verifying.verify(self._kit.merchants, incoming, route.family)
        work.merchant, work.verdict = merchant, GENUINE
        behaviour = self._kit.merchants.behaviour(merchant.mchid)
        answer = self._provoked(merchant, behaviour)
        if answer is None:
            answer = route.handler(self._call(work, merchant, behaviour, ids))
        return self._send(work, merchant, answer)

    def _provoked(self, merchant: Merchant, behaviour: Behaviour) -> Answer | None:
        found = provoked(behaviour)
        if found is not None and behaviour.answer_left is not None:
            spend = self._kit.merchants.spend_answer
            self._kit.door.transact(lambda cx: spend(cx, merchant.mchid))
        if isinstance(found, WechatError):
            raise found
        return found

    def _call(
        self, work: _Work, merchant: Merchant, behaviour: Behaviour, ids: dict[str, str]
    ) -> Call:
        incoming = work.incoming
        body = reading.object_of(incoming.body) if incoming.method == "POST" else None
        return Call(
            merchant=merchant,
            party=self._kit.merchants.party(merchant.mchid),
            method=incoming.method,
            target=incoming.target,
            ids=ids,
            query=reading.query_of(incoming.target),
            body=body,
            now_ms=incoming.now_ms,
            base_url=incoming.base_url,
            serial=incoming.serial,
            behaviour=behaviour,
        )

    def _send(self, work: _Work, merchant: Merchant, answer: Answer) -> tuple[int, bytes]:
        status, body = answer.status, answer.raw
        if body is None and answer.document is None:
            status, body = (_NO_CONTENT if status == HTTPStatus.OK else status), b""
        elif body is None:
            body = strict_json.compact(answer.document)
        if body:
            work.headers.append(("Content-Type", answer.content_type))
        if answer.signed and status < _BAD:
            self._sign(work, merchant, body)
        self._name(work, 0)
        return status, body

    def _refuse(self, work: _Work, error: WechatError) -> tuple[int, bytes]:
        work.error = error
        body = strict_json.compact(error.document)
        work.headers = [("Content-Type", "application/json; charset=utf-8")]
        if error.status < _BAD and work.merchant is not None:
            self._sign(work, work.merchant, body)
        if error.status == _UNSIGNED:
            work.headers.append(("Vendor-Sim-Inspect", f"{PATH}{work.number}"))
        if not (error.status == _UNSIGNED and work.family is Family.TRANSACTIONS):
            self._name(work, error.number)
        return error.status, body

    def _sign(self, work: _Work, merchant: Merchant, body: bytes) -> None:
        # Asked again: the handler may have been the one that changed it.
        behaviour = self._kit.merchants.behaviour(merchant.mchid)
        platform, serial = self._kit.platform, work.incoming.serial
        signer = platform.signer_for_answer(merchant, behaviour, serial)
        nonce = self._kit.ids.raw("wechat_answer", 16).hex().upper()
        headers = wechatpay.signed_headers(
            signer.key, signer.serial, body, work.incoming.now_ms, nonce
        )
        work.headers.extend(headers.items())

    def _name(self, work: _Work, number: int) -> None:
        """Give the answer its ``Request-ID``; 401s of transactions have none ``[S3P, probe]``."""
        made = self._kit.ids.raw("wechat_request", 20).hex().upper()
        work.headers.append(("Request-ID", f"{made}-{number}"))

    def _keep(self, work: _Work, status: int) -> None:
        incoming, failed = work.incoming, work.verdict == NOT_GENUINE
        merchant = work.merchant
        self.inspector.keep(
            Record(
                number=work.number,
                at_ms=incoming.now_ms,
                mchid=merchant.mchid if merchant else claimed(incoming.authorization),
                method=incoming.method,
                target=incoming.target,
                status=status,
                code=work.error.code if work.error else None,
                verdict=work.verdict,
                signed=incoming if failed else None,
            )
        )
