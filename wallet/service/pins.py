"""PINs: never kept, never shown; a slow salted digest of each is."""

from __future__ import annotations

import hashlib
import hmac
import re

from vendor_sim.kernel.limits import PIN_DIGITS_MAX, PIN_DIGITS_MIN
from vendor_sim.kernel.problems import Code, Refused

_FORM = re.compile(rf"[0-9]{{{PIN_DIGITS_MIN},{PIN_DIGITS_MAX}}}", re.ASCII)
_BLOCK, _PARALLEL, _BYTES = 8, 1, 32
SALT_BYTES = 16


def check_form(pin: str) -> None:
    """Take only digits, neither too few nor too many.

    Raises:
        Refused: ``invalid``; the PIN itself is not repeated.
    """
    if not _FORM.fullmatch(pin):
        raise Refused(Code.INVALID, f"a PIN has {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits", "pin")


def digest(pin: str, salt: bytes, cost: int) -> str:
    """What is kept of a PIN: ``scrypt$COST$SALT$DIGEST``.

    Args:
        pin: As typed.
        salt: Random, one for each wallet.
        cost: scrypt's n, a power of two; 2**14 takes about 40 ms and 16 MiB.
    """
    raw = hashlib.scrypt(
        pin.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=cost,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=256 * max(cost, 64) * _BLOCK,
        dklen=_BYTES,
    )
    return f"scrypt${cost}${salt.hex()}${raw.hex()}"


def matches(pin: str, kept: str) -> bool:
    """Whether this is the PIN, in a time that does not tell how nearly it is."""
    _, cost, salt, _ = kept.split("$")
    given = digest(pin, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(given.encode(), kept.encode())
