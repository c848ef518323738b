"""``vendor-sim wallet scan``: what a person does with a phone, typed."""

from __future__ import annotations

import http.cookiejar
import json
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vendor_sim.kernel.limits import PICTURE_BYTES_MAX, WALLET_GIVES_UP_MS
from vendor_sim.kernel.money import Money, currency_of
from vendor_sim.kernel.problems import Refused
from vendor_sim.serving.errors import CannotStartError

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_PAID = 1
_LOOK_S = 0.1
_TIMEOUT_S = 10
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ENDED = frozenset({"paid", "returned", "refused", "declined", "unanswered"})


def scan(
    code: str, who: str, pin: str | None, world: str, *, yes: bool, certificate: Path | None
) -> int:
    """Read a code, show what it asks for, ask, pay; 0 where it was paid, 1 where not.

    Raises:
        CannotStartError: The world cannot be reached, the picture cannot be read, …
    """
    text = _text_of(code)
    pin = pin or str(typer.prompt(f"PIN of {who}", hide_input=True))
    phone = Phone(world.rstrip("/"), certificate)
    phone.sign_in(who, pin)
    scan_id = phone.scan(text)
    asked = phone.wait(scan_id, lambda state: state["scan"]["state"] != "reading")
    if asked["scan"]["state"] != "asking":
        return _told(asked)
    _show(asked["scan"])
    if not (yes or typer.confirm("Pay?", default=True)):
        return _told(phone.say(scan_id, "decline", {}))
    phone.say(scan_id, "approve", {"pin": pin})
    return _told(phone.wait(scan_id, lambda state: state["scan"]["state"] in _ENDED))


def _text_of(code: str) -> str:
    path = Path(code)
    try:
        if not path.is_file():
            return _no_picture(code)
        with path.open("rb") as file:
            picture = file.read(PICTURE_BYTES_MAX + 1)
    except (OSError, ValueError):
        return code
    from wallet.scanner import read_picture  # noqa: PLC0415 - a typed code needs no decoder

    try:
        return read_picture(picture)
    except Refused as error:
        raise CannotStartError(f"{code}: {error}") from error


def _no_picture(code: str) -> str:
    if Path(code).suffix.lower() in _PICTURES and "://" not in code:
        raise CannotStartError(f"there is no picture {code}")
    return code


def _show(asked: dict[str, Any]) -> None:
    amount = Money(asked["amount_minor"], currency_of(asked["currency"]))
    typer.echo(f"{asked['merchant_name']} asks for {amount}: {asked['description']}")


def _told(state: dict[str, Any]) -> int:
    told = state["told"]
    typer.echo(" — ".join(part for part in (told["title"], told["sentence"]) if part))
    return 0 if state["scan"]["state"] == "paid" else _NOT_PAID


class Phone:
    """A browser, as far as the wallet's pages need one."""

    def __init__(self, base: str, certificate: Path | None) -> None:
        if not base.startswith(("http://", "https://")):
            raise CannotStartError(f"{base!r} is no address like http://127.0.0.1:8000")
        self._base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        try:
            trust = ssl.create_default_context(cafile=certificate and str(certificate))
        except OSError as error:
            raise CannotStartError(f"cannot trust {certificate}: {error}") from error
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust), jar
        ).open
        self._token = ""

    def sign_in(self, who: str, pin: str) -> None:
        """Be this wallet from now on."""
        self._learn_token("/wallet/")
        form = {"csrf_token": self._token, "wallet": who, "pin": pin}
        self._send("/wallet/sign-in", urllib.parse.urlencode(form).encode(), _FORM)
        self._learn_token("/wallet/scan")

    def scan(self, text: str) -> str:
        """Scan a code; the scan's id."""
        return str(self._post("/wallet/scans", {"code": text})["scan"])

    def say(self, scan_id: str, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        """``approve`` or ``decline`` a scan; how it stands then."""
        return self._post(f"/wallet/s/{scan_id}/{verb}", body)

    def wait(self, scan_id: str, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """How a scan stands, once it is there, or once nobody would wait any longer."""
        deadline_s = time.monotonic() + WALLET_GIVES_UP_MS / 1000
        while True:
            state: dict[str, Any] = json.loads(self._send(f"/wallet/s/{scan_id}.json", None, _JSON))
            if there(state) or time.monotonic() > deadline_s:
                return state
            time.sleep(_LOOK_S)

    def _learn_token(self, path: str) -> None:
        found = _TOKEN.search(self._send(path, None, {"Accept": "text/html"}).decode())
        if found is None:
            raise CannotStartError(f"there is no wallet of ours at {self._base}")
        self._token = found[1]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._send(path, json.dumps(body).encode(), {**_JSON, "X-CSRF-Token": self._token})
        document: dict[str, Any] = json.loads(answer)
        return document

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        try:
            request = urllib.request.Request(self._base + path, body, headers)  # noqa: S310 - checked in __init__
            with self._open(request, timeout=_TIMEOUT_S) as answer:
                read: bytes = answer.read()
                return read
        except urllib.error.HTTPError as error:
            raise CannotStartError(_why(error)) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise CannotStartError(
                f"nobody answers at {self._base} ({reason}); start: vendor-sim demo"
            ) from error


_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}


def _why(error: urllib.error.HTTPError) -> str:
    with error:
        raw = error.read()
    try:
        return str(json.loads(raw)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return (
            "the PIN is wrong, or there is no such wallet"
            if error.code == _FORBIDDEN
            else str(error)
        )


_FORBIDDEN = 403
