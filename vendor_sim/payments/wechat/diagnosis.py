"""Why a signature failed, found out by trying what people usually get wrong.

An RSA signature gives up the digest that was signed to whoever has the public key. So where the key
is the right one, the string that was signed can be looked for among likely ones; where it is not,
it may be somebody else's here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.payments.wechat import guesses, scheme
from vendor_sim.payments.wechat.verifying import expected
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.platform import Platform
    from vendor_sim.payments.wechat.store import Merchant
    from vendor_sim.payments.wechat.verifying import Signed
    from vendor_sim.wire.wechatpay import Authorization, PublicKey

_HASHED_BYTES_MAX = 64 * 1024 * 1024
"""Bytes hashed at most, for one diagnosis: under half a second."""
_MILLISECONDS = re.compile(r'timestamp="[0-9]{13}"')
_FIX_HEADER = (
    'Send: Authorization: WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",timestamp="…",'
    'serial_no="…",signature="…"'
)
_FIX_CLOCK = "Set the clock of the machine that signs (NTP); the platform allows five minutes."
_FIX_MOVED = (
    "Start another world: a clock that was moved never goes back. Or give the program that signs "
    "this world's time, as faketime does; the platform allows five minutes."
)
_FIX_SERIAL = (
    "serial_no is the serial number of apiclient_cert.pem: "
    "openssl x509 -in apiclient_cert.pem -noout -serial"
)
_FIX_KEY = (
    "Load apiclient_key.pem that was made with this certificate, unchanged: a file pasted with "
    "CRLF or with its lines joined is read as another key, or not at all."
)
_FIX_BASE64 = "Encode the 256 bytes of the signature in standard base64, on one line, with padding."
_FIX_STRING = "Compare the string you sign, byte for byte, with the one that is expected."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a signature.

    Attributes:
        expected: The string that we expected to be signed.
        implied: The string that was signed, where it could be found out.
        first_difference: The first byte at which they differ, from 0; None where there is none.
        cause: What went wrong, in words.
        fix: What to do about it.
    """

    expected: str
    implied: str | None
    first_difference: int | None
    cause: str
    fix: str


def diagnose(merchants: Merchants, platform: Platform, signed: Signed) -> Diagnosis:
    """Find out why a signature failed.

    Args:
        merchants: Whose keys are tried, and who they are.
        platform: Whose keys people take for theirs.
        signed: What came.
    """
    try:
        given = wechatpay.parse_authorization(signed.authorization)
    except ValueError as error:
        return _unreadable(signed, error)
    wanted = expected(signed, given)
    named = _about_names(merchants, platform, signed, given)
    found = named or _about_signature(merchants, signed, given, wanted)
    return found if isinstance(found, Diagnosis) else _told(wanted, found[0], found[1])


def _unreadable(signed: Signed, error: ValueError) -> Diagnosis:
    blank = wechatpay.Authorization("…", "<nonce_str>", "<timestamp>", "…", "…")
    cause = f"the Authorization header cannot be read: {error}"
    if not signed.authorization:
        cause = "there is no Authorization header"
    elif _MILLISECONDS.search(signed.authorization):
        cause = "the timestamp is in milliseconds"
    return _told(expected(signed, blank), cause, _FIX_HEADER)


def _about_names(
    merchants: Merchants, platform: Platform, signed: Signed, given: Authorization
) -> tuple[str, str] | None:
    """What is wrong before the signature is looked at; None where nothing is."""
    if not wechatpay.is_fresh(given.timestamp, signed.now_ms):
        return _about_time(signed, given)
    merchant = merchants.get(given.mchid)
    if merchant is None:
        return f"there is no merchant {given.mchid}", "Check mchid, and which world you talk to."
    if not merchant.certificate or not merchant.apiv3_key:
        missing = "APIv3 key" if merchant.certificate else "certificate"
        return f"merchant {given.mchid} has no {missing}", "Make another merchant to test with."
    if given.serial_no.upper() != merchant.serial_no:
        return _about_serial(merchants, platform, given), _FIX_SERIAL
    if signed.now_ms >= merchants.expires_at_ms(merchant.mchid):
        return "the merchant's certificate has expired", "Make another merchant to test with."
    return None


def _about_time(signed: Signed, given: Authorization) -> tuple[str, str]:
    """Whose clock is off: the one that signed, or this world's, because somebody moved it."""
    off_s = int(given.timestamp) - signed.now_ms // 1000
    way = "ahead of" if off_s > 0 else "behind"
    cause = f"clock skew: the timestamp is {abs(off_s)} s {way} the platform's time"
    if not wechatpay.is_fresh(given.timestamp, signed.now_ms - signed.ahead_ms):
        return cause, _FIX_CLOCK
    moved_s = signed.ahead_ms // 1000
    return f"{cause}; this world's clock was moved {moved_s} s ahead of yours", _FIX_MOVED


def _about_serial(merchants: Merchants, platform: Platform, given: Authorization) -> str:
    owner, ours = merchants.of_serial(given.serial_no), platform.name_of(given.serial_no)
    if ours is not None:
        return f"wrong serial: serial_no names {ours}, not the merchant's own certificate"
    if owner is not None:
        return f"wrong serial: serial_no is of merchant {owner.mchid}, not of {given.mchid}"
    if merchants.was_of(given.serial_no) == given.mchid:
        return "wrong serial: serial_no is of a certificate that was replaced since"
    return "wrong serial: nobody's certificate has this serial_no"


def _about_signature(
    merchants: Merchants, signed: Signed, given: Authorization, wanted: bytes
) -> Diagnosis | tuple[str, str]:
    misspelt = scheme.misspelt(given.signature)
    if misspelt is not None:
        return misspelt, _FIX_BASE64
    key = merchants.public_key(given.mchid)
    digest = wechatpay.signed_digest(key, given.signature) if key else None
    if digest == hashlib.sha256(wanted).digest():
        return (
            "the signature is right by now: the merchant's key was changed since",
            "Send it again.",
        )
    if digest is not None:
        return _other_string(signed, given, wanted, digest)
    other = key and scheme.other_scheme(key, given.signature, wanted)
    if other:
        return other, "Sign with RSASSA-PKCS1-v1_5 and SHA-256 (SHA256withRSA)."
    return _other_key(merchants, given), _FIX_KEY


def _other_string(
    signed: Signed, given: Authorization, wanted: bytes, digest: bytes
) -> Diagnosis | tuple[str, str]:
    hashed = 0
    for message, mistakes in guesses.messages(signed, given):
        if hashlib.sha256(message).digest() == digest:
            cause = "; and ".join(guess.cause for guess in mistakes)
            fix = " ".join(dict.fromkeys(guess.fix for guess in mistakes))
            return _told(wanted, cause, fix, message)
        hashed += len(message)
        if hashed > _HASHED_BYTES_MAX:
            break
    cause = (
        "the key is the right one, but another string was signed, and it is none of the usual "
        "mistakes: another body, nonce, timestamp or path than those that were sent"
    )
    return cause, _FIX_STRING


def _other_key(merchants: Merchants, given: Authorization) -> str:
    owner = next((one for one in merchants.all() if _signed_by(merchants, one, given)), None)
    if owner is not None:
        return f"another key: merchant {owner.mchid} ({owner.name}) signed, not {given.mchid}"
    return "another key signed, or the signature was damaged on its way"


def _signed_by(merchants: Merchants, merchant: Merchant, given: Authorization) -> bool:
    key: PublicKey | None = merchants.public_key(merchant.mchid)
    return key is not None and wechatpay.signed_digest(key, given.signature) is not None


def _told(wanted: bytes, cause: str, fix: str, implied: bytes | None = None) -> Diagnosis:
    differs = None
    if implied is not None:
        pairs = enumerate(zip(wanted, implied, strict=False))
        shorter = min(len(wanted), len(implied))
        differs = next((at for at, (right, wrong) in pairs if right != wrong), shorter)
    return Diagnosis(
        _text(wanted), None if implied is None else _text(implied), differs, cause, fix
    )


def _text(message: bytes) -> str:
    return message.decode(errors="backslashreplace")
