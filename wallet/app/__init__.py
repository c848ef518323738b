"""The wallet as a web application: a phone's pages, and the hook for notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from vendor_sim import web
from vendor_sim.wire import strict_json
from wallet.app import hook, sessions
from wallet.app.codes import CodePages
from wallet.app.pages import HomePages
from wallet.app.payments import PaymentPages
from wallet.app.scan import ScanPages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from wallet.service import WalletService

PREFIX = "/wallet"
_PAPER, _INK = "#f4f1e8", "#1d1c1a"


def make(
    service: WalletService,
    clock: Clock,
    *,
    session_secret: str,
    hook_secrets: Sequence[str],
    secure: bool,
) -> Flask:
    """Make the application."""
    app = web.create_app(
        __name__, prefix=PREFIX, clock=clock, session_secret=session_secret, secure=secure
    )
    app.register_blueprint(_pages(service, clock))
    app.register_blueprint(hook.blueprint(service, clock, hook_secrets))
    app.register_error_handler(sessions.SignInFirst, sessions.to_sign_in)
    return app


def _pages(service: WalletService, clock: Clock) -> Blueprint:
    pages = Blueprint("wallet", __name__, url_prefix=PREFIX)
    web.protect(pages)
    signed_in = sessions.Sessions(service)
    HomePages(service, signed_in, clock).add_to(pages)
    ScanPages(service, signed_in).add_to(pages)
    PaymentPages(service, signed_in, clock).add_to(pages)
    CodePages(service, signed_in, clock).add_to(pages)
    pages.add_url_rule("/manifest.webmanifest", "manifest", _manifest)
    return pages


def _manifest() -> Response:
    """``GET /wallet/manifest.webmanifest``: a phone may install the wallet as an app."""
    sizes = {"icon-192.png": "192x192", "icon-512.png": "512x512"}
    icons = [
        {"src": url_for("static", filename=name), "sizes": size, "type": "image/png"}
        for name, size in sizes.items()
    ]
    document = {
        "id": f"{PREFIX}/",
        "name": _("Vendor Sim wallet"),
        "short_name": _("Wallet"),
        "description": _("A demo wallet that pays vending machines by QR code."),
        "start_url": f"{PREFIX}/",
        "scope": f"{PREFIX}/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": _PAPER,
        "theme_color": _INK,
        "icons": icons,
    }
    return Response(strict_json.compact(document), content_type="application/manifest+json")
