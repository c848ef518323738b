"""The console's pages of WeChat Pay API v3: merchants, what is done to them, and their requests."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, request, url_for

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.app.console_page import page
from vendor_sim.payments.app.console_snippets import snippets_for
from vendor_sim.payments.app.console_strings import compared
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from vendor_sim.payments.app.console_window import Json, WechatWindow
    from vendor_sim.payments.service.browsing import Browsing

NORMAL = {"notify": "once", "answer": "normal", "key": "", "refund": "normal"}
"""What each switch stands at where nothing is done on purpose; "" is as the merchant was made."""
POLL_MS = 1_000
"""Requests leave no trace in a database, so no commit tells of them: their page asks."""
_OWNER_ONLY = 0o600 << 16
_RECENT = 5
_NUMBER_CHARS = 18


def add_pages(pages: Blueprint, window: WechatWindow, browse: Browsing) -> None:
    """Add them to the console.

    Args:
        pages: The console, behind its password already.
        window: The dialect as its operator sees it.
        browse: Everything else the platform knows.
    """
    wechat = _Pages(window, browse)
    pages.get("/merchants")(wechat.merchants)
    pages.post("/merchants")(wechat.new_merchant)
    pages.get("/merchants/<mchid>")(wechat.merchant)
    pages.post("/merchants/<mchid>/behaviour")(wechat.behave)
    pages.post("/merchants/<mchid>/files")(wechat.files)
    pages.get("/wechat/requests")(wechat.requests)
    pages.get("/wechat/requests/<number>")(wechat.request)
    pages.get("/wechat/requests.json")(wechat.newest_request)
    pages.get("/wechat/events")(wechat.request_events)


class _Pages:
    def __init__(self, window: WechatWindow, browse: Browsing) -> None:
        self._window = window
        self._browse = browse

    def merchants(self) -> str:
        """Merchants of either API, wallet providers, and a form for a new merchant."""
        return self._merchants({"mchid": "", "name": "", "key_mode": "pubkey"}, None)

    def new_merchant(self) -> ResponseReturnValue:
        """Make a merchant of v3, and show it."""
        filled = {
            name: request.form.get(name, "").strip() for name in ("mchid", "name", "key_mode")
        }
        try:
            made = self._window.create(
                filled["mchid"] or None, filled["name"] or None, filled["key_mode"]
            )
        except Refused as error:
            return self._merchants(filled, error), error.problem.status
        flash(_("It can take money from now on. Download what it holds."), "done")
        return redirect(url_for("console.merchant", mchid=made))

    def merchant(self, mchid: str) -> str:
        """One merchant: who it is, code to copy, what is done to it, its last requests."""
        return self._merchant(mchid, None, None)

    def behave(self, mchid: str) -> ResponseReturnValue:
        """Treat a merchant as the form says, from now on."""
        wish = wish_of(request.form)
        try:
            self._window.behave(mchid, wish)
        except Refused as error:
            return self._merchant(mchid, dict(request.form), error), error.problem.status
        flash(_("It is treated so from now on.") if wish else _("Back to normal."), "done")
        return redirect(url_for("console.merchant", mchid=mchid))

    def files(self, mchid: str) -> Response:
        """Everything a merchant holds, as ``vendor-sim merchant export`` writes it, zipped."""
        packed = _packed(self._window.files(mchid, _base_url()))
        answer = Response(packed, content_type="application/zip")
        name = f"wechat-pay-{mchid}.zip"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def requests(self) -> str:
        """The last requests. Variable: ``requests``."""
        return page("requests", requests=self._window.requests())

    def request(self, number: str) -> str:
        """One request; where its signature failed with what differs, and why."""
        found = self._window.request(_number(number))
        why = found["why"]
        rows = compared(why["expected"], why["implied"]) if why else []
        known = any(one["mchid"] == found["mchid"] for one in self._window.merchants())
        return page("request", part="requests", record=found, rows=rows, known=known)

    def newest_request(self) -> Response:
        """What the list compares while it stays open: the number of the newest request."""
        kept = self._window.requests()
        return web.send({"newest": kept[0]["number"] if kept else 0})

    def request_events(self) -> Response:
        """One event; the browser comes back for the next one, and asks again then."""
        return Response(f"retry: {POLL_MS}\ndata: 0\n\n", content_type="text/event-stream")

    def _merchants(self, filled: Json, refusal: Refused | None) -> str:
        wechat = [{**one, "changed": changed(one["behaviour"])} for one in self._window.merchants()]
        known = {one["mchid"] for one in wechat}
        others = [one for one in self._browse.merchants() if one["id"] not in known]
        return page(
            "merchants",
            wechat=wechat,
            merchants=others,
            providers=self._browse.providers(),
            filled=filled,
            problem=_problem(refusal),
        )

    def _merchant(self, mchid: str, filled: Json | None, refusal: Refused | None) -> str:
        merchant = self._window.merchant(mchid, _base_url())
        in_force = merchant["behaviour"]
        chosen = filled or {**in_force, "key": in_force["key"] or "", "times": ""}
        return page(
            "merchant",
            part="merchants",
            merchant=merchant,
            in_force=in_force,
            chosen={**NORMAL, **chosen},
            changed=changed(in_force),
            snippets=snippets_for(merchant),
            requests=self._window.requests(mchid)[:_RECENT],
            problem=_problem(refusal),
        )


def wish_of(form: Mapping[str, str]) -> Json:
    """The wish that a form with switches says: only those that do not stand at normal.

    What is no word of theirs stays in it and is refused by whoever reads wishes.
    """
    if "normal" in form:
        return {}
    wish: Json = {}
    for name, normal in NORMAL.items():
        if form.get(name, normal) != normal:
            wish[name] = form[name]
    times = form.get("times", "").strip()
    if times:
        whole = times.isascii() and times.isdecimal() and len(times) <= _NUMBER_CHARS
        wish["times"] = int(times) if whole else times
    return wish


def changed(behaviour: Json) -> list[str]:
    """Which switches of a behaviour do not stand at normal."""
    return [name for name, normal in NORMAL.items() if (behaviour[name] or "") != normal]


def _problem(refusal: Refused | None) -> Json | None:
    """What is told beside a form; ``where`` names its field."""
    if refusal is None:
        return None
    return {"where": refusal.problem.where, "text": refusal.problem.detail}


def _packed(files: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = _OWNER_ONLY
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _base_url() -> str:
    return request.host_url.rstrip("/")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _NUMBER_CHARS):
        raise Refused(Code.NOT_FOUND, "a request has a number", "number")
    return int(text)
