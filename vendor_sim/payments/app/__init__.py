"""The platform's web application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response

from vendor_sim import web
from vendor_sim.payments.app.openapi import document_bytes
from vendor_sim.payments.app.v1 import V1

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Blueprint

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.payments.service import PaymentsService

PREFIX = "/ledger"
"""Where its pages live. The API is at ``/v1``."""


def create_app(
    service: PaymentsService,
    clock: Clock,
    *,
    session_secret: str,
    secure: bool = False,
    pages: Sequence[Blueprint] = (),
) -> Flask:
    """Make the application.

    Args:
        service: What carries out its requests.
        clock: Ages its sessions.
        session_secret: Signs its sessions.
        secure: Whether it is served over TLS only.
        pages: Blueprints of pages, to live under :data:`PREFIX`.
    """
    app = web.create_app(
        __name__, prefix=PREFIX, clock=clock, session_secret=session_secret, secure=secure
    )
    app.url_map.merge_slashes = False
    app.register_blueprint(V1(service).blueprint())
    app.add_url_rule("/openapi.json", "openapi", _openapi)
    for blueprint in pages:
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    return app


def _openapi() -> Response:
    return Response(document_bytes(), content_type="application/json")
