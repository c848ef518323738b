"""The console: everything the platform knows, for its operator to read; one thing to do, resend."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.app import console_wechat
from vendor_sim.payments.app.console_page import page
from vendor_sim.payments.service import PLATFORM, WECHAT
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from vendor_sim.payments.app.console_window import WechatWindow
    from vendor_sim.payments.service import PaymentsService

_SEQ = re.compile(r"[0-9]{1,18}", re.ASCII)
_PAGE_ROWS = 50


def blueprint(
    service: PaymentsService, password: str, window: WechatWindow | None = None
) -> Blueprint:
    """The routes under ``/ledger`` behind the console's password.

    Args:
        service: What is looked at.
        password: The operator's.
        window: The dialect WeChat Pay API v3; None where the platform does not speak it.
    """
    console = _Console(service, window)
    pages = Blueprint("console", __name__)
    web.protect(pages)
    web.password_login(pages, password=password, home="console.intents", page=_login_page)
    pages.get("/")(console.intents)
    pages.get("/intents/<intent_id>")(console.intent)
    pages.get("/refunds")(console.refunds)
    pages.get("/notices")(console.notices)
    pages.get("/notices/<notice_id>")(console.notice)
    pages.post("/notices/<notice_id>/resend")(console.resend)
    pages.get("/accounts")(console.accounts)
    pages.get("/accounts/<account_id>")(console.account)
    pages.get("/transfers")(console.transfers)
    pages.get("/transfers/<transfer_id>")(console.transfer)
    pages.get("/audit")(console.audit)
    pages.get("/summary.json")(console.summary)
    pages.get("/events")(console.events)
    pages.context_processor(lambda: {"speaks_wechat": window is not None})
    if window is None:
        pages.get("/merchants")(console.merchants)
    else:
        console_wechat.add_pages(pages, window, service.browsing)
    return pages


def _login_page(problem: str | None) -> str:
    return page("login", problem=problem)


class _Console:
    def __init__(self, service: PaymentsService, window: WechatWindow | None) -> None:
        self._service = service
        self._browse = service.browsing
        self._window = window

    def intents(self) -> str:
        """The newest intents. Variable: ``intents``."""
        return page("intents", intents=self._browse.intents())

    def intent(self, intent_id: str) -> str:
        """One intent's life.

        Variables: ``life`` as browsed, ``steps`` in order of time, ``order`` (what it is in v3).
        """
        life = self._browse.intent_life(intent_id)
        order = self._window.order(intent_id) if self._window else None
        return page("intent", part="intents", life=life, steps=_steps(life), order=order)

    def refunds(self) -> str:
        """The newest refunds. Variable: ``refunds``."""
        return page("refunds", refunds=self._browse.refunds())

    def notices(self) -> str:
        """The newest notices. Variable: ``notices``."""
        return page("notices", notices=self._browse.notices())

    def notice(self, notice_id: str) -> str:
        """One notice with its body and every attempt.

        Variables: ``notice``; ``opened`` and ``seals`` of a v3 notification: what it says once it
        is decrypted, and who signed each attempt.
        """
        notice = self._browse.notice(notice_id)
        opened, seals = None, []
        if self._window and notice["dialect"] == WECHAT:
            opened = _pretty(self._window.opened(notice["to"], notice["body"]))
            seals = [self._window.seal(one["headers"]) for one in notice["tried"]]
        return page("notice", part="notices", notice=notice, opened=opened, seals=seals)

    def resend(self, notice_id: str) -> ResponseReturnValue:
        """Send a notice once more, now."""
        self._service.notices.resend(notice_id)
        flash(_("It is on its way again, with the same id."), "done")
        return redirect(url_for("console.notice", notice_id=notice_id))

    def accounts(self) -> str:
        """Every account. Variables: ``accounts``, ``totals`` by currency."""
        accounts = self._browse.accounts()
        return page("accounts", accounts=accounts)

    def account(self, account_id: str) -> str:
        """One account. Variables: ``account``, ``transfers``, ``older`` (a sequence number)."""
        account = self._browse.account(account_id)
        transfers, older = self._transfers(account_id)
        return page("account", part="accounts", account=account, transfers=transfers, older=older)

    def transfers(self) -> str:
        """The newest transfers. Variables: ``transfers``, ``older``."""
        transfers, older = self._transfers(None)
        return page("transfers", transfers=transfers, older=older)

    def transfer(self, transfer_id: str) -> str:
        """One transfer with its two entries. Variable: ``transfer``."""
        return page("transfer", part="transfers", transfer=self._browse.transfer(transfer_id))

    def merchants(self) -> str:
        """Merchants and wallet providers. Variables: ``merchants``, ``providers``."""
        merchants, providers = self._browse.merchants(), self._browse.providers()
        return page("merchants", merchants=merchants, providers=providers)

    def audit(self) -> str:
        """Fold the whole log again. Variables: ``findings``, ``accounts`` (how many)."""
        findings = self._browse.audit()
        return page("audit", findings=findings, accounts=len(self._browse.accounts()))

    def summary(self) -> Response:
        """What a page that stays open compares: the number of the newest transfer."""
        newest = self._browse.transfers(limit=1)
        return web.send({"seq": newest[0]["seq"] if newest else 0})

    def events(self) -> Response:
        """Server-sent events: one for each change."""
        return web.live(PLATFORM)

    def _transfers(self, account_id: str | None) -> tuple[list[dict[str, Any]], int | None]:
        before = request.args.get("before")
        if before is not None and not _SEQ.fullmatch(before):
            raise Refused(Code.INVALID, "before is the number of a transfer", "before")
        found = self._browse.transfers(
            account_id, int(before) if before else None, limit=_PAGE_ROWS + 1
        )
        more = len(found) > _PAGE_ROWS
        return found[:_PAGE_ROWS], found[_PAGE_ROWS - 1]["seq"] if more else None


def _pretty(document: Any) -> str | None:
    return None if document is None else json.dumps(document, indent=2, ensure_ascii=False)


def _steps(life: dict[str, Any]) -> list[dict[str, Any]]:
    """All that happened to an intent in order of time: facts and what moved in the books."""
    told = [{"at": life["intent"]["created_at"], "fact": "opened", "reason": None}]
    told += [{"at": f["at"], "fact": f["kind"], "reason": f["reason"]} for f in life["facts"]]
    told += [{"at": t["at"], "fact": None, "transfer": t} for t in life["transfers"]]
    return sorted(told, key=lambda step: step["at"])
