"""Pages for operators: behind a password that was set at the start."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import redirect, request, session, url_for

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.web.errors import answer
from vendor_sim.web.requests import read_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

_FLAG = "operator"
_SAFE = frozenset({"GET", "HEAD"})


def password_login(
    blueprint: Blueprint,
    *,
    password: str,
    home: str,
    page: Callable[[str | None], ResponseReturnValue],
) -> None:
    """Guard a blueprint and give it ``/login`` and ``/logout``.

    Args:
        blueprint: Its other routes need the password from now on. Protect it from forgery too.
        password: The operator's.
        home: Endpoint to go to after signing in.
        page: Renders the sign-in page; gets a sentence where the password was wrong.
    """
    name = blueprint.name

    def guard() -> ResponseReturnValue | None:
        if session.get(_FLAG) or request.endpoint == f"{name}.login":
            return None
        if request.method in _SAFE and request.accept_mimetypes.accept_html:
            return redirect(url_for(f"{name}.login"))
        return answer(Refused(Code.UNAUTHENTICATED, "sign in as the operator first").problem)

    def login() -> ResponseReturnValue:
        if request.method in _SAFE:
            return page(None)
        given = read_form("password")["password"]
        if not hmac.compare_digest(given.encode(), password.encode()):
            return page("wrong"), 403  # type: ignore[return-value]
        session[_FLAG] = True
        return redirect(url_for(home))

    def logout() -> ResponseReturnValue:
        session.pop(_FLAG, None)
        return redirect(url_for(f"{name}.login"))

    blueprint.before_request(guard)
    blueprint.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    blueprint.add_url_rule("/logout", "logout", logout, methods=["POST"])
