"""Every error leaves in one shape: JSON for programs, a page for people."""

from __future__ import annotations

import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.web.requests import send
from vendor_sim.wire.answers import error_body

_LOG = logging.getLogger("vendor_sim")
_RETRY_AFTER_S = "1"
_OF_STATUS = {
    401: Code.UNAUTHENTICATED,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    503: Code.UNAVAILABLE,
}


def install(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs of this application in the one shape."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def answer(problem: Problem, status: int | None = None) -> Response:
    """The response that tells a problem to whoever asked."""
    response = _page(problem) if _wants_page() else send(error_body(problem))
    response.status_code = status or problem.status
    if problem.code is Code.UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_S
    return response


def _refused(error: Refused) -> Response:
    return answer(error.problem)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is no error
        return error.get_response()  # type: ignore[return-value]
    code = _OF_STATUS.get(status, Code.MALFORMED if status < 500 else Code.INTERNAL)  # noqa: PLR2004
    response = answer(Problem(code, error.description or error.name), status)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _bug(error: Exception) -> Response:
    _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(Problem(Code.INTERNAL, "something failed here that should not; it was logged"))


def _wants_page() -> bool:
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" and "text/html" in request.headers.get("Accept", "")


def _page(problem: Problem) -> Response:
    return Response(
        render_template("look/error.html", problem=problem), content_type="text/html; charset=utf-8"
    )
