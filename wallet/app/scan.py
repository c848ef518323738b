"""Scanning: frames, pictures and typed codes become scans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from vendor_sim import web
from vendor_sim.kernel.limits import CODE_CHARS_MAX, PICTURE_BYTES_MAX
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.wire.schemas import Body, CodeText
from wallet.app import words

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from wallet.app.sessions import Sessions
    from wallet.service import WalletService

_SIDE = re.compile(r"[0-9]{1,5}", re.ASCII)
_RAW = "application/octet-stream"


class NewScan(Body):
    """A scanned or typed code."""

    code: CodeText


class ScanPages:
    """The routes that start a scan."""

    def __init__(self, service: WalletService, sessions: Sessions) -> None:
        self._service = service
        self._sessions = sessions

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes to the wallet's pages."""
        rule = blueprint.add_url_rule
        rule("/scan", "scan", self.page)
        rule("/scan", "typed", self.typed, methods=["POST"])
        rule("/scan/picture", "picture", self.picture, methods=["POST"])
        rule("/frames", "frames", self.frames, methods=["POST"])
        rule("/scans", "scans", self.scans, methods=["POST"])
        rule("/p/<token>", "link", self.link)

    def page(self) -> ResponseReturnValue:
        """``GET /wallet/scan``: the camera page. Template variables: ``wallet``, ``problem``."""
        return self._page(None)

    def typed(self) -> ResponseReturnValue:
        """``POST /wallet/scan``: a code typed into a form; goes to its payment page."""
        wallet = self._sessions.for_page()
        code = request.form.get("code", "").strip()
        if not code or len(code) > CODE_CHARS_MAX or "\0" in code:
            return self._page(Problem(Code.INVALID, _("Type the code, or paste its link."), "code"))
        return self._to_payment(self._service.begin_scan(wallet["id"], code))

    def picture(self) -> ResponseReturnValue:
        """``POST /wallet/scan/picture``: a picture from a form; goes to its payment page."""
        wallet = self._sessions.for_page()
        from wallet import scanner  # noqa: PLC0415 - as below

        sent = request.files.get("picture")
        try:
            text = scanner.read_picture(sent.read(PICTURE_BYTES_MAX + 1) if sent else b"")
        except Refused as error:
            return self._page(words.picture_problem(error.problem))
        return self._to_payment(self._service.begin_scan(wallet["id"], text))

    def frames(self) -> Response:
        """``POST /wallet/frames``: what the camera sees, as raw grey bytes or a picture.

        Raw: ``application/octet-stream`` with ``X-Width`` and ``X-Height``. Else ``image/*``.
        Answers ``{"found": true, "text", "scan", "url"}`` where there is a code in it, and
        ``{"found": false}`` where there is none: the page goes on filming.
        """
        wallet = self._sessions.for_program()
        try:
            text = _text_in(request.get_data(cache=False))
        except Refused as error:
            if error.problem.code is Code.INVALID and error.problem.where == "picture":
                return web.send({"found": False})
            told = words.picture_problem(error.problem)
            raise Refused(told.code, told.detail, told.where) from None
        return web.send({"found": True, "text": text, **self._begin(wallet, text)})

    def scans(self) -> Response:
        """``POST /wallet/scans`` ``{"code"}``: 201 ``{"scan", "url"}``."""
        wallet = self._sessions.for_program()
        return web.send(self._begin(wallet, web.read_body(NewScan).code), 201)

    def link(self, token: str) -> ResponseReturnValue:
        """``GET /wallet/p/<token>``: a code that the phone's own camera app opened."""
        wallet = self._sessions.for_page()
        return self._to_payment(self._service.begin_scan(wallet["id"], token))

    def _begin(self, wallet: dict[str, Any], text: str) -> dict[str, str]:
        scan_id = self._service.begin_scan(wallet["id"], text)
        return {"scan": scan_id, "url": url_for("wallet.payment", scan_id=scan_id)}

    def _page(self, problem: Problem | None) -> ResponseReturnValue:
        wallet = self._sessions.for_page()
        page = render_template("wallet/scan.html", wallet=wallet, problem=problem)
        return page, problem.status if problem else 200

    def _to_payment(self, scan_id: str) -> ResponseReturnValue:
        return redirect(url_for("wallet.payment", scan_id=scan_id), 303)


def _text_in(raw: bytes) -> str:
    from wallet import scanner  # noqa: PLC0415 - the decoders, when a picture comes: not at start

    if request.mimetype == _RAW:
        return scanner.read_frame(raw, _side("X-Width"), _side("X-Height"))
    return scanner.read_picture(raw)


def _side(header: str) -> int:
    text = request.headers.get(header, "")
    if not _SIDE.fullmatch(text):
        raise Refused(Code.INVALID, f"{header} says how many pixels the frame has a side", header)
    return int(text)
