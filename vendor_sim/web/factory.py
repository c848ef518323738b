"""One Flask application, set up as all of ours are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from flask_babel import Babel, get_locale

from vendor_sim.kernel.limits import BODY_BYTES_MAX, PICTURE_BYTES_MAX
from vendor_sim.storage.database import WROTE
from vendor_sim.web import errors, filters, pages, sessions
from vendor_sim.web.requests import send
from vendor_sim.web.rules import Application

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.kernel.clock import Clock

CATALOGUES = Path(__file__).parent / "translations"
"""``fr/LC_MESSAGES/messages.mo`` and the like, for all pages; English stands in the sources."""

_CSP = """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;
    connect-src 'self'; media-src 'self' blob:; frame-src 'self'; manifest-src 'self';
    worker-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'
"""
_HEADERS = (
    ("Content-Security-Policy", " ".join(_CSP.split())),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
    ("Cache-Control", "no-store"),
)


def create_app(
    package: str, *, prefix: str, clock: Clock, session_secret: str, secure: bool = False
) -> Flask:
    """Make an application.

    Args:
        package: ``__name__`` of the service's ``app`` package or module; templates and static
            files lie beside it, in the service's own folder.
        prefix: Where its pages live, like ``/machine``; also the path of its cookie.
        clock: Ages its sessions.
        session_secret: Signs its sessions.
        secure: Whether it is served over TLS only.

    Where the parts of a world are served as one, ``app.config["NAV"]`` says where each is, and the
    pages link to each other.
    """
    room = package.rsplit(".app", 1)[0]
    app = Application(room, static_url_path=f"{prefix}/static")
    app.config.update(
        SECRET_KEY=session_secret,
        MAX_CONTENT_LENGTH=PICTURE_BYTES_MAX + BODY_BYTES_MAX,
        TRACE_WRITES=False,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES),
    )
    app.url_map.strict_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    sessions.install(app, clock, path=prefix, secure=secure)
    errors.install(app)
    filters.install(app)
    pages.install(app)
    _install_look(app, prefix)
    _install_languages(app)
    app.context_processor(lambda: {"nav": app.config.get("NAV", {}), "lang": _spoken()})
    app.before_request(_listen_for_writes)
    app.after_request(_finish)
    app.add_url_rule("/healthz", "healthz", lambda: send({"status": "ok"}))
    return app


def _install_look(app: Flask, prefix: str) -> None:
    look = Blueprint(
        "look",
        __name__,
        static_folder="static",
        template_folder="templates",
        static_url_path=f"{prefix}/look",
    )
    app.register_blueprint(look)


def _install_languages(app: Flask) -> None:
    known = languages()

    def preferred() -> str:
        return known[request.accept_languages.best_match(known) or "en"]

    Babel(app, locale_selector=preferred)


def languages() -> dict[str, str]:
    """Languages that pages can be read in, as browsers name them: the locale of each."""
    found = (path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/messages.mo"))
    return {"en": "en", **{name.replace("_", "-"): name for name in sorted(found)}}


def _spoken() -> str:
    return str(get_locale()).replace("_", "-")


def _listen_for_writes() -> None:
    WROTE.set([])


def _finish(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend([pair for pair in _HEADERS if pair[0].lower() not in given])
    _tell_writes(response)
    return response


def _tell_writes(response: Response) -> None:
    wrote = WROTE.get()
    if wrote and current_app.config["TRACE_WRITES"]:
        response.headers["Vendor-Sim-Wrote"] = ", ".join(wrote)
