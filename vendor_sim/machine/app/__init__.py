"""The machine's web application: its front, its operator's page, and the hook for notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim import web
from vendor_sim.machine.app import front, hook, operator

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.service import MachineService

PREFIX = "/machine"


def create(
    service: MachineService,
    clock: Clock,
    *,
    operator_password: str,
    session_secret: str,
    trace_writes: bool = False,
    secure: bool = False,
) -> Flask:
    """Make the application.

    Args:
        service: The machine's verbs.
        clock: Ages sessions and signatures.
        operator_password: Opens the operator's page.
        session_secret: Signs sessions.
        trace_writes: Tell in a header what each request wrote.
        secure: Whether it is served over TLS only.
    """
    app = web.create_app(
        __name__, prefix=PREFIX, clock=clock, session_secret=session_secret, secure=secure
    )
    app.config["TRACE_WRITES"] = trace_writes
    app.register_blueprint(operator.blueprint(service, clock, operator_password))
    app.register_blueprint(hook.blueprint(service, clock))
    app.register_blueprint(front.blueprint(service, clock))
    return app
