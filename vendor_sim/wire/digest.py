"""Content-Digest (RFC 9530): what came is what was sent, where no signature says so.

A bit that flips inside a JSON string leaves it JSON: an id would be stored that nobody gave. So
every JSON body of ours carries its digest. Whoever sends none is believed as before.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

HEADER = "Content-Digest"
_OURS = re.compile(r"(?:^|[,\s])sha-256=:([A-Za-z0-9+/=]*):", re.ASCII)


def digest_of(body: bytes) -> str:
    """The header's value for a body."""
    return f"sha-256=:{_digest(body)}:"


def is_whole(body: bytes, header: str | None) -> bool:
    """Whether a body is what its digest says; one without a digest that we know is."""
    told = _OURS.search(header or "")
    return told is None or told[1] == _digest(body)


def _digest(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode("ascii")
