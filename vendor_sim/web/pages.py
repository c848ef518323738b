"""What pages need: a token against forged forms, and the words for it in templates."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from flask import request, session
from markupsafe import Markup

from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from flask import Blueprint, Flask

_FIELD = "csrf_token"
_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Let templates write the token."""
    app.jinja_env.globals.update(csrf_token=csrf_token, csrf_field=csrf_field)


def protect(blueprint: Blueprint) -> None:
    """Check the token on everything that is not a plain read of this blueprint's pages."""
    blueprint.before_request(_check)


def begin_session(name: str, value: str) -> None:
    """A fresh session that knows one thing; whatever was known before is forgotten.

    It has its token from the start: of two pages that a browser asks for at once, each would make
    one, and the form of the one would not fit the cookie of the other.
    """
    session.clear()
    session[name] = value
    csrf_token()


def csrf_token() -> str:
    """This session's token, made when first asked for."""
    if _FIELD not in session:
        session[_FIELD] = secrets.token_urlsafe(24)
    return str(session[_FIELD])


def csrf_field() -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(_FIELD, csrf_token())


def _check() -> None:
    if request.method in _SAFE:
        return
    given = request.headers.get(_HEADER) or request.form.get(_FIELD, "")
    known = session.get(_FIELD)
    if not known or not hmac.compare_digest(given.encode(), str(known).encode()):
        raise Refused(
            Code.FORBIDDEN, "this form is too old or came from elsewhere; reload the page", _FIELD
        )
