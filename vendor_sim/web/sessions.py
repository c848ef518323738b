"""Signed session cookies whose age is told by the world's clock, not by the library's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from vendor_sim.kernel.limits import SESSION_MS

if TYPE_CHECKING:
    from flask import Flask, Request

    from vendor_sim.kernel.clock import Clock


class ClockedSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, with the clock as an argument."""

    def __init__(self, clock: Clock) -> None:
        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return clock.now_ms() // 1000

        self._signer = Signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request; one without any cookie is not worth a serializer."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer that signs this application's cookies."""
        return URLSafeTimedSerializer(
            app.secret_key or "",
            salt=self.salt,
            serializer=self.serializer,
            signer=self._signer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )


def install(app: Flask, clock: Clock, *, path: str, secure: bool) -> None:
    """Give an application its own cookie, seen by its own pages only."""
    name = path.strip("/") or "stage"
    app.config.update(
        SESSION_COOKIE_NAME=f"vendor_sim_{name}",
        SESSION_COOKIE_PATH=path or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=SESSION_MS // 1000,
    )
    app.session_interface = ClockedSessions(clock)
