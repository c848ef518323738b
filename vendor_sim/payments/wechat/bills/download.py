"""A bill on its way to the merchant: the token in its address, its digest, its compression.

A token is no record: it says whose bill it is, which, and until when, and is sealed, so that any
process of the platform can answer it. The bill itself is written anew; it comes out the same.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
from dataclasses import dataclass
from typing import Self

from vendor_sim.kernel.limits import MINUTE_MS

VALID_MS = 5 * MINUTE_MS
"""How long an address works [S3P:bills]."""
HASH_TYPE = "SHA1"
_MAC_BYTES = 20
_PURPOSE = b"vendor-sim: bill download\0"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token lets somebody fetch.

    Attributes:
        mchid: Whose bill; nobody else may fetch it.
        kind: ``trade`` or ``fundflow``.
        date: ``2019-06-11``.
        type: Which rows (``ALL``, ``SUCCESS``, ``REFUND``), or whose account (``BASIC``).
        zipped: Whether it is compressed.
        until_ms: The token is good before this instant.
    """

    mchid: str
    kind: str
    date: str
    type: str
    zipped: bool
    until_ms: int

    def __str__(self) -> str:
        words = (self.mchid, self.kind, self.date, self.type, self.zipped, self.until_ms)
        return "|".join(str(word) for word in words)

    @classmethod
    def of(cls, text: str) -> Self:
        """The ticket that was written so."""
        mchid, kind, date, type_, zipped, until_ms = text.split("|")
        return cls(mchid, kind, date, type_, zipped == str(True), int(until_ms))


class Sealer:
    """Makes tokens, and reads those that it made."""

    def __init__(self, secret: bytes) -> None:
        """Seal with a key of its own that is made from a secret of the platform."""
        self._key = hashlib.sha256(_PURPOSE + secret).digest()

    def token(self, ticket: Ticket) -> str:
        """A token for a ticket, in letters that a query may hold as they are."""
        said = str(ticket).encode()
        return base64.urlsafe_b64encode(self._mac(said) + said).decode().rstrip("=")

    def ticket(self, token: str, now_ms: int) -> Ticket | None:
        """The ticket of a token; None where we did not make it or its time is over."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(said)):
            return None
        ticket = Ticket.of(said.decode())
        # b64decode skips what is no base64, so that one ticket would have many tokens
        return ticket if now_ms < ticket.until_ms and self.token(ticket) == token else None

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)[:_MAC_BYTES]


def digest(file: bytes) -> str:
    """The SHA-1 of a bill, of the uncompressed file whatever is sent [SK 13]."""
    return hashlib.sha1(file, usedforsecurity=False).hexdigest()


def zip_up(file: bytes) -> bytes:
    """A bill compressed, without the time and the name that would make each copy another."""
    sink = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=sink, mtime=0) as zipper:
        zipper.write(file)
    return sink.getvalue()
