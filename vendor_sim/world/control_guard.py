"""Who may control a world: programs on this computer, and whoever holds the token."""

from __future__ import annotations

import hmac
import ipaddress
import re

from flask import request

from vendor_sim.kernel.problems import Code, Refused

_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[\w.-]+))(?::[0-9]{1,5})?", re.ASCII)


def guard(token: str) -> None:
    """From this host with this host's name: anybody. From elsewhere: with the token.

    A page that some browser on this host shows must not get in either: its requests carry another
    ``Origin``, or, where its name was rebound to this host, another ``Host``.
    """
    if request.path == "/healthz":
        return
    if _is_foreign_page():
        raise Refused(Code.FORBIDDEN, "pages of other sites may not control this world", "Origin")
    if is_near():
        return
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise Refused(
            Code.UNAUTHENTICATED,
            "from another host, send the token that was printed at the start as "
            "Authorization: Bearer TOKEN",
            "Authorization",
        )


def is_near() -> bool:
    """Whether the request comes from this computer, and asks for it by its own name."""
    return _is_loopback(request.remote_addr) and _host_name() in _HOSTS


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _host_name() -> str | None:
    named = _HOST.fullmatch(request.headers.get("Host", ""))
    return named and (named["six"] or named["name"].lower())


def _is_foreign_page() -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("Host")
