"""A merchant's side of the wire: requests are signed, and every signed answer is verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from vendor_sim.kernel.ids import new_token
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.reports_wechat import certificates_in, is_certificate_serial, why_not
from vendor_sim.wire import strict_json, wechatpay
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.reports_wechat import Merchant
    from vendor_sim.wire.http import Answer, Transport

CERTIFICATES = "/v3/certificates"
ACCEPTED = 202
"""Not done yet: the same request again tells, except in code pay, where the payer is asked."""
_SERVER_ERROR = 500

_CODES = {
    "ORDERPAID": Code.ALREADY_PAID,
    "ORDER_PAID": Code.ALREADY_PAID,
    "ORDER_CLOSED": Code.CLOSED,
    "ORDER_REVERSED": Code.CLOSED,
    "ORDER_NOT_EXIST": Code.NOT_FOUND,
    "RESOURCE_NOT_EXISTS": Code.NOT_FOUND,
    "SIGN_ERROR": Code.UNAUTHENTICATED,
    "NO_AUTH": Code.FORBIDDEN,
    "ACCOUNT_ERROR": Code.FORBIDDEN,
    "USER_ACCOUNT_ABNORMAL": Code.FORBIDDEN,
    "MCH_NOT_EXISTS": Code.MERCHANT_REFUSED,
    "APPID_MCHID_NOT_MATCH": Code.MERCHANT_REFUSED,
    "PARAM_ERROR": Code.INVALID,
    "INVALID_REQUEST": Code.INVALID,
    "OUT_TRADE_NO_USED": Code.EXISTS,
    "NOT_ENOUGH": Code.INSUFFICIENT_FUNDS,
    "AUTH_CODE_EXPIRE": Code.EXPIRED,
    "AUTH_CODE_INVALID": Code.UNKNOWN_CODE,
    # The platform is there, and busy: it is not lost, the same request will do later.
    "SYSTEM_ERROR": Code.NOT_READY,
    "BANK_ERROR": Code.NOT_READY,
    "FREQUENCY_LIMITED": Code.NOT_READY,
    "RATELIMIT_EXCEEDED": Code.NOT_READY,
    "USERPAYING": Code.NOT_READY,
    "USER_PAYING": Code.NOT_READY,
}
_OF_STATUS = {ACCEPTED: Code.NOT_READY, 401: Code.UNAUTHENTICATED, 429: Code.NOT_READY}


class KeyRing(Protocol):
    """Platform certificates that were learned later, shared by the adapter and the hook."""

    def known(self) -> Mapping[str, str]:
        """Certificates (PEM) by serial."""
        ...

    def keep(self, certificates: Mapping[str, str]) -> None:
        """Remember these too."""
        ...


class Client:
    """Sends what a merchant asks.

    Args:
        base_url: Where the platform is.
        merchant: Who asks, with its keys.
        transport: What carries the requests.
        clock: Dates the signatures.
        ids: Makes the nonces.
        ring: Certificates the platform told of later.
    """

    def __init__(
        self,
        base_url: str,
        merchant: Merchant,
        transport: Transport,
        clock: Clock,
        ids: Ids,
        ring: KeyRing,
    ) -> None:
        self._http = Http(base_url, transport, {"Accept": "application/json"})
        self._merchant = merchant
        self._clock = clock
        self._ids = ids
        self._ring = ring

    def ask(self, method: str, target: str, body: dict[str, Any] | None = None) -> Any:
        """The document that answers a request, None where the answer is empty.

        Raises:
            Refused: The platform's no; transient where the same request may succeed later, which
                includes an answer whose signature does not hold.
            NoAnswer: Nothing came back.
        """
        answer = self.send(method, target, body)
        if not answer.ok or answer.status == ACCEPTED:
            raise refusal_of(answer)
        return answer.body

    def send(self, method: str, target: str, body: dict[str, Any] | None = None) -> Answer:
        """The answer as it came: success verified, errors and 202 unsigned as they are ``[S3P]``.

        Raises:
            Refused: The answer says it is done, and cannot be believed (``not_ready``).
            NoAnswer: Nothing came back.
        """
        answer = self._carry(method, target, body)
        if answer.ok and answer.status != ACCEPTED:
            self._believe(answer)
        return answer

    def fetch(self, target: str) -> bytes:
        """A file that a signed answer told of: it is not signed itself, its digest was told.

        Raises:
            Refused: The platform's no.
            NoAnswer: Nothing came back.
        """
        answer = self._carry("GET", target, None)
        if not answer.ok:
            raise refusal_of(answer)
        return answer.raw

    def renew_keys(self) -> None:
        """Fetch the platform's certificates and keep them.

        Raises:
            Refused: There are none, or they cannot be believed.
            NoAnswer: Nothing came back.
        """
        answer = self._carry("GET", CERTIFICATES, None)
        if not answer.ok:
            raise refusal_of(answer)
        certificates = certificates_in(answer.body, self._merchant)
        # As the official SDKs do it: the list may be signed by the newest on it.
        self._check(answer, {**self._ring.known(), **certificates})
        self._ring.keep(certificates)

    def reachable(self) -> bool:
        """Whether the platform answers anything sensible at all."""
        try:
            return self._carry("GET", CERTIFICATES, None).status < _SERVER_ERROR
        except NoAnswer:
            return False

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _carry(self, method: str, target: str, body: dict[str, Any] | None) -> Answer:
        raw = b"" if body is None else strict_json.compact(body)
        merchant = self._merchant
        signed = wechatpay.authorization(
            key=merchant.key,
            mchid=merchant.mchid,
            serial_no=merchant.serial,
            method=method,
            target=target,
            body=raw,
            at_ms=self._clock.now_ms(),
            nonce=new_token(self._ids, "nonce"),
        )
        headers = {"Authorization": signed}
        if merchant.names_key is not None:
            headers[wechatpay.SERIAL] = merchant.names_key
        return self._http.send(method, target, raw or None, headers)

    def _believe(self, answer: Answer) -> None:
        serial = answer.headers.get(wechatpay.SERIAL.lower(), "")
        known = self._ring.known()
        unknown = serial not in known and serial not in self._merchant.believed
        if unknown and is_certificate_serial(serial):
            try:
                self.renew_keys()
            except Refused as refusal:
                raise Refused(Code.NOT_READY, f"an answer by an unknown key: {refusal}") from None
            known = self._ring.known()
        self._check(answer, known)

    def _check(self, answer: Answer, known: Mapping[str, str]) -> None:
        now_ms = self._clock.now_ms()
        why = why_not(self._merchant, known, answer.headers, answer.raw, now_ms)
        if why is not None:
            raise Refused(Code.NOT_READY, f"an answer that cannot be believed: {why}")


def code_in(answer: Answer) -> str:
    """The platform's own code in an error's body, empty where there is none."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return code if isinstance(code, str) else ""


def refusal_of(answer: Answer) -> Refused:
    """The platform's no in the house's words."""
    theirs = code_in(answer)
    code = _CODES.get(theirs) or _OF_STATUS.get(answer.status) or _by_class(answer.status)
    message = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
    return Refused(code, f"{answer.status} {theirs or 'without a code'} {message}".strip())


def _by_class(status: int) -> Code:
    return Code.UNAVAILABLE if status >= _SERVER_ERROR else Code.WRONG_STATE
