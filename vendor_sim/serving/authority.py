"""A certificate authority of this machine, good for the platform's host names and nothing else.

A program that trusts it trusts us to speak for those names only: the authority's certificate says
so itself (name constraints), and every TLS library in use refuses what goes beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.serving.certs import instant, pem_of, write_privately

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate, CertificateBuilder, ExtensionType

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids

_VALID_MS = 30 * DAY_MS
"""It is made anew at each start, and nobody keeps a program waiting on it for longer."""
_SERIAL_BYTES = 16
TRUST_STORE_PASSWORD = "vendor-sim"  # noqa: S105 - the store holds a public certificate only


@dataclass(frozen=True, slots=True)
class Authority:
    """Files of one authority and of the one certificate it signed.

    Attributes:
        root: The authority's certificate, PEM: what programs are told to trust.
        trust_store: The same as a PKCS#12 trust store, for Java.
        chain: The server's certificate and the authority's, PEM.
        key: The server's private key, PEM, for its owner only.
    """

    root: Path
    trust_store: Path
    chain: Path
    key: Path


def make_authority(folder: Path, names: Sequence[str], clock: Clock, ids: Ids) -> Authority:
    """Make an authority and a server certificate for these host names.

    The authority's own key is forgotten at once: nothing else can ever be signed with it.

    Args:
        folder: Where the files are written; what is there of an earlier authority is replaced.
        names: Host names.
        clock: It is good for 30 days from now.
        ids: Serial numbers.
    """
    made = Authority(*(folder / name for name in _FILES))
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _root(root_key, names, clock.now_ms(), ids)
    server = _server(key, names, clock.now_ms(), ids, root).sign(root_key, hashes.SHA256())
    root_pem = root.public_bytes(serialization.Encoding.PEM)
    write_privately(made.root, root_pem)
    write_privately(made.trust_store, _trust_store(root))
    write_privately(made.chain, server.public_bytes(serialization.Encoding.PEM) + root_pem)
    write_privately(made.key, pem_of(key))
    return made


_FILES = ("ca.pem", "ca.p12", "server.pem", "server-key.pem")


def _root(
    key: ec.EllipticCurvePrivateKey, names: Sequence[str], now_ms: int, ids: Ids
) -> Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vendor Sim, this machine only")])
    only = x509.NameConstraints([x509.DNSName(name) for name in names], None)
    return (
        _begun(own, own, key.public_key(), now_ms, ids)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(only, critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(_key_id(key), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey, names: Sequence[str], now_ms: int, ids: Ids, root: Certificate
) -> CertificateBuilder:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    root_key = root.public_key()
    if not isinstance(root_key, ec.EllipticCurvePublicKey):  # pragma: no cover - it is ours
        raise TypeError(root_key)
    of_root = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key)
    extensions: tuple[tuple[ExtensionType, bool], ...] = (
        (x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs=False), True),
        (_key_id(key), False),
        (of_root, False),
    )
    begun = _begun(own, root.subject, key.public_key(), now_ms, ids)
    for extension, critical in extensions:
        begun = begun.add_extension(extension, critical=critical)
    return begun


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now_ms: int, ids: Ids
) -> CertificateBuilder:
    serial = int.from_bytes(ids.raw("authority", _SERIAL_BYTES), "big") >> 1
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(instant(now_ms - DAY_MS))
        .not_valid_after(instant(now_ms + _VALID_MS))
    )


def _key_id(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _trust_store(root: Certificate) -> bytes:
    return pkcs12.serialize_java_truststore(
        [pkcs12.PKCS12Certificate(root, b"vendor-sim")],
        serialization.BestAvailableEncryption(TRUST_STORE_PASSWORD.encode()),
    )
