"""Addresses for people: where a phone in the same network reaches this computer."""

from __future__ import annotations

import io
import ipaddress
import socket

_ANYWHERE = ("192.0.2.1", 9)
"""An address for documentation (RFC 5737): asking for the way there sends nothing."""
_ALL = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


def lan_address() -> str | None:
    """This computer's address in its network; None where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ANYWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_loopback else address


def is_open_to_all(host: str) -> bool:
    """Whether a server on this host listens on every network."""
    return host in _ALL


def host_for_people(host: str) -> str:
    """What to write into links when listening on ``host``."""
    if not is_open_to_all(host):
        return host
    return lan_address() or "127.0.0.1"


def base_url(host: str, port: int, *, https: bool) -> str:
    """``http://127.0.0.1:8000``."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if https else 'http'}://{shown}:{port}"


def terminal_qr(text: str) -> str:
    """A QR code in characters, for a dark terminal."""
    import qrcode  # noqa: PLC0415 - 50 ms of start-up that only --host 0.0.0.0 needs

    code = qrcode.QRCode(border=2)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()
