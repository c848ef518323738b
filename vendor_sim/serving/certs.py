"""A certificate made here, for phones that open their camera on a secure page only.

Nobody signs it but itself, so a browser warns once; it is kept, so that it warns only once.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vendor_sim.kernel.limits import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids

_VALID_MS = 397 * DAY_MS
"""The longest that today's browsers take."""
_RENEW_MS = 7 * DAY_MS
_SERIAL_BYTES = 16
_OWNER_ONLY = 0o600


def certificate(folder: Path, hosts: Iterable[str], clock: Clock, ids: Ids) -> tuple[Path, Path]:
    """The certificate and key files in this folder, made anew where they do not fit any more.

    Args:
        folder: Where they are kept.
        hosts: Names and addresses it is for.
        clock: It is made for 397 days from now.
        ids: Its serial number.
    """
    wanted = frozenset({*hosts, "localhost", "127.0.0.1", "::1"})
    certificate_file, key_file = folder / "certificate.pem", folder / "certificate-key.pem"
    if not _fits(certificate_file, key_file, wanted, clock.now_ms()):
        _make(certificate_file, key_file, wanted, clock.now_ms(), ids)
    return certificate_file, key_file


def _fits(certificate_file: Path, key_file: Path, wanted: frozenset[str], now_ms: int) -> bool:
    if not (certificate_file.exists() and key_file.exists()):
        return False
    try:
        made = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    held = {str(name.value) for name in names}
    return wanted <= held and made.not_valid_after_utc > instant(now_ms + _RENEW_MS)


def _make(
    certificate_file: Path, key_file: Path, wanted: frozenset[str], now_ms: int, ids: Ids
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vendor Sim")])
    names = x509.SubjectAlternativeName([_name_of(host) for host in sorted(wanted)])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(ids.raw("certificate", _SERIAL_BYTES), "big") >> 1)
        .not_valid_before(instant(now_ms - DAY_MS))
        .not_valid_after(instant(now_ms + _VALID_MS))
        .add_extension(names, critical=False)
        .add_extension(usage, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_privately(key_file, pem_of(key))
    write_privately(certificate_file, made.public_bytes(serialization.Encoding.PEM))


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as PKCS#8 in PEM, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, in place of one that is there.

    Raises:
        OSError: It cannot be written.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def instant(at_ms: int) -> dt.datetime:
    """Epoch milliseconds as certificates want them: whole seconds, UTC."""
    return dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC)
