"""Signed messages by the Standard Webhooks scheme, with the clock as an argument.

Source: the Standard Webhooks specification, https://github.com/standard-webhooks/standard-webhooks
(``spec/standard-webhooks.md``): the signed content is ``id.timestamp.body`` over the exact bytes,
HMAC-SHA256, base64, prefixed ``v1,``; several signatures are separated by spaces, which is how a
key is rotated; the id stays over attempts, the timestamp is each attempt's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import NOTICE_TOLERANCE_MS
from vendor_sim.kernel.problems import Code, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, not a secret
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)


def secret_text(key: bytes) -> str:
    """Write key bytes as the specification shows secrets: ``whsec_`` and base64."""
    return _SECRET_PREFIX + base64.b64encode(key).decode()


def sign(secrets: Sequence[str], message_id: str, now_ms: int, body: bytes) -> dict[str, str]:
    """The three headers for one attempt to deliver a message.

    Args:
        secrets: ``whsec_…`` texts; one signature each, so that a receiver may hold either.
        message_id: Constant over all attempts.
        now_ms: When this attempt is made.
        body: The exact bytes that will be sent.
    """
    stamp = str(now_ms // 1000)
    signatures = [_signature(_key(secret), message_id, stamp, body) for secret in secrets]
    return {ID: message_id, TIMESTAMP: stamp, SIGNATURE: " ".join(signatures)}


def verify(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now_ms: int
) -> Problem | None:
    """Judge a message: None if it is genuine and fresh, else why not.

    Both an old and a future timestamp are refused, always: there is no exception for any sender.

    Args:
        secrets: The secrets the receiver holds; any one may have signed.
        headers: The message's headers, names in lower case.
        body: The exact bytes received.
        now_ms: The receiver's time.
    """
    missing = next((name for name in (ID, TIMESTAMP, SIGNATURE) if not headers.get(name)), None)
    if missing:
        return Problem(Code.BAD_SIGNATURE, "the message is not signed", missing)
    stamp = headers[TIMESTAMP]
    if not _DIGITS.fullmatch(stamp):
        return Problem(Code.STALE_TIMESTAMP, "the timestamp must be Unix seconds", TIMESTAMP)
    if abs(now_ms - int(stamp) * 1000) > NOTICE_TOLERANCE_MS:
        return Problem(Code.STALE_TIMESTAMP, "the timestamp is over five minutes off", TIMESTAMP)
    if not _any_matches(secrets, headers, body):
        return Problem(Code.BAD_SIGNATURE, "no signature fits these bytes", SIGNATURE)
    return None


def _any_matches(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
    given = [text.encode() for text in headers[SIGNATURE].split(" ")]
    matched = False
    for secret in secrets:
        right = _signature(_key(secret), headers[ID], headers[TIMESTAMP], body).encode()
        matched |= any([hmac.compare_digest(right, text) for text in given])  # noqa: C419 - all
    return matched


def _signature(key: bytes, message_id: str, stamp: str, body: bytes) -> str:
    signed = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a webhook secret is whsec_ and base64") from None
