"""Live pages: an answer that the served world keeps open, and that anywhere else is one event.

A handler only says which topic the page may listen to. The server in front (``serving``) sees the
header, keeps the connection and sends an event on each change; under any other server the browser's
``EventSource`` gets one event, reconnects after ``retry`` and so polls.
"""

from __future__ import annotations

from flask import Response

HEADER = "Vendor-Sim-Live"
"""Names the topic; the server in front takes it off."""
_POLL_MS = 1_000


def live(topic: str) -> Response:
    """Answer a page that wants to hear of changes.

    Args:
        topic: As given to :func:`vendor_sim.storage.database.touch`.
    """
    response = Response(f"retry: {_POLL_MS}\ndata: 0\n\n", content_type="text/event-stream")
    response.headers[HEADER] = topic
    response.headers["Cache-Control"] = "no-store"
    return response
