"""Between the wire and the services: what every Flask application of ours has in common."""

from vendor_sim.web.factory import create_app
from vendor_sim.web.live import live
from vendor_sim.web.operators import password_login
from vendor_sim.web.pages import begin_session, protect
from vendor_sim.web.requests import (
    bearer,
    idempotency_key,
    read_body,
    read_form,
    read_query,
    send,
)
from vendor_sim.web.world_time import world_time

__all__ = [
    "bearer",
    "begin_session",
    "create_app",
    "idempotency_key",
    "live",
    "password_login",
    "protect",
    "read_body",
    "read_form",
    "read_query",
    "send",
    "world_time",
]
