"""Keys and certificates: made where ids and time are arguments, so that a seed makes the same ones.

A merchant's certificate is issued by the platform's first one; the platform's issue themselves.
No SDK looks at the chain, all of them look at the serial number ``[PROOF]``.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from vendor_sim.kernel.ids import new_token
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.payments.wechat.store import KeyMode
from vendor_sim.payments.wechat.test_keys import KEYS
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.kernel.ids import Ids

VALID_MS = 5 * 365 * DAY_MS
"""A platform certificate lasts five years ``[SK]``; merchants' do too."""
_RSA_BITS = 2048
_RSA_EXPONENT = 65537
_SERIAL_BYTES = 20
_APIV3_KEY_CHARS = 32
_KEY_ID_DIGITS = 22
"""After PUB_KEY_ID_01 and the ten of the merchant: 34 in all."""
_APPID_CHARS = 16
_SIGNED_KEPT = 16
_PLATFORM = "Tenpay.com sign (simulated)"


class RsaSource(Protocol):
    """Where RSA keys come from."""

    def private_key(self, name: str) -> str:
        """A 2048-bit key as PKCS#8 PEM, for whatever has this name."""
        ...


class FreshRsa:
    """New keys each time, from the operating system's randomness."""

    def private_key(self, name: str) -> str:  # noqa: ARG002 - the fixed kind needs it
        """A 2048-bit key as PKCS#8 PEM."""
        return private_pem(rsa.generate_private_key(_RSA_EXPONENT, _RSA_BITS))


class FixedRsa:
    """The public test keys, chosen by name: quick, and the same every time.

    Two names get two keys as long as there are enough; then they share.
    """

    def __init__(self) -> None:
        self._chosen: dict[str, int] = {}

    def private_key(self, name: str) -> str:
        """A 2048-bit key as PKCS#8 PEM."""
        if name not in self._chosen:
            self._chosen[name] = self._choose(name)
        body = textwrap.fill(KEYS[self._chosen[name]], 64)
        return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"

    def _choose(self, name: str) -> int:
        first = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % len(KEYS)
        taken = set(self._chosen.values())
        order = [(first + step) % len(KEYS) for step in range(len(KEYS))]
        return next((index for index in order if index not in taken), first)


@dataclass(frozen=True, slots=True)
class CertificateSecrets:
    """A platform certificate and its key, both PEM."""

    private_key: str = field(repr=False)
    certificate: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlatformSecrets:
    """The platform's keys.

    Attributes:
        public_key_private: The private half of the public key (``pub_key.pem``), PEM.
        certificates: The one in force, and the next one for a roll-over.
    """

    public_key_private: str = field(repr=False)
    certificates: tuple[CertificateSecrets, CertificateSecrets] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MerchantSecrets:
    """A merchant as it begins; the fields are those of ``store.Merchant``."""

    mchid: str
    name: str
    appid: str
    key_mode: KeyMode
    serial_no: str
    private_key: str = field(repr=False)
    certificate: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    public_key_id: str


def mint_platform(rsa_source: RsaSource, ids: Ids, now_ms: int) -> PlatformSecrets:
    """Make the platform's keys."""
    first, following = (
        _platform_certificate(rsa_source.private_key(f"platform certificate {n}"), ids, now_ms)
        for n in (1, 2)
    )
    return PlatformSecrets(rsa_source.private_key("platform public key"), (first, following))


def mint_merchant(
    rsa_source: RsaSource,
    ids: Ids,
    now_ms: int,
    mchid: str,
    name: str,
    key_mode: str,
    platform: PlatformSecrets,
) -> MerchantSecrets:
    """Make a merchant's number, keys and certificate.

    Args:
        rsa_source: Where its key comes from.
        ids: Serial number, APIv3 key, appid and the id of the public key.
        now_ms: Its certificate is good for five years from then.
        mchid: Ten digits.
        name: Stands in the certificate.
        key_mode: cert, pubkey or switching.
        platform: Issues the certificate.
    """
    purpose = f"wechat merchant {mchid}"
    pem = rsa_source.private_key(purpose)
    subject = _name(mchid, "微信商户系统", name)
    certificate = _certificate(pem, subject, ids, now_ms, platform.certificates[0])
    number = int.from_bytes(ids.raw(f"{purpose} key id", 16), "big") % 10**_KEY_ID_DIGITS
    return MerchantSecrets(
        mchid=mchid,
        name=name,
        appid="wx" + ids.raw(f"{purpose} appid", _APPID_CHARS // 2).hex(),
        key_mode=KeyMode(key_mode),
        serial_no=wechatpay.serial_of_certificate(certificate),
        private_key=pem,
        certificate=certificate,
        apiv3_key=(new_token(ids, purpose) + new_token(ids, purpose))[:_APIV3_KEY_CHARS],
        public_key_id=f"PUB_KEY_ID_01{mchid}{number:0{_KEY_ID_DIGITS}d}",
    )


def private_pem(key: wechatpay.PrivateKey) -> str:
    """A key as merchants hold it: PKCS#8 PEM, line feeds only."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: wechatpay.PublicKey) -> str:
    """A public key as ``pub_key.pem`` has it: SPKI PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _platform_certificate(pem: str, ids: Ids, now_ms: int) -> CertificateSecrets:
    name = _name(_PLATFORM, "Tenpay.com", "Vendor Sim")
    return CertificateSecrets(pem, _certificate(pem, name, ids, now_ms))


def _certificate(
    pem: str,
    subject: x509.Name,
    ids: Ids,
    now_ms: int,
    issuer: CertificateSecrets | None = None,
) -> str:
    return _signed(pem, subject, _serial(ids), now_ms, issuer)


@functools.lru_cache(maxsize=_SIGNED_KEPT)
def _signed(
    pem: str, subject: x509.Name, serial: int, now_ms: int, issuer: CertificateSecrets | None
) -> str:
    """A certificate; the same one where everything is the same, as in worlds of one seed."""
    key = wechatpay.load_private_key(pem, minted=True)
    signer, issuer_name = key, subject
    if issuer is not None:
        signer = wechatpay.load_private_key(issuer.private_key, minted=True)
        issuer_name = x509.load_pem_x509_certificate(issuer.certificate.encode()).subject
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_at(now_ms - DAY_MS))
        .not_valid_after(_at(now_ms + VALID_MS))
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _serial(ids: Ids) -> int:
    """A number of exactly 40 hexadecimal digits that X.509 takes (below 2^159)."""
    raw = ids.raw("wechat certificate", _SERIAL_BYTES)
    return int.from_bytes(bytes([raw[0] & 0x3F | 0x40]) + raw[1:], "big")


def _name(common: str, organisation: str, unit: str) -> x509.Name:
    parts = (
        (NameOID.COMMON_NAME, common),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
    )
    return x509.Name([x509.NameAttribute(oid, text[:64]) for oid, text in parts])


def _at(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC)
