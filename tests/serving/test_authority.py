"""The local authority: good for the platform's names only, and only this once."""

from __future__ import annotations

import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.serving.authority import TRUST_STORE_PASSWORD, make_authority

NOW_MS = 1_795_000_000_000
NAMES = ("api.example.test", "api2.example.test")


@pytest.fixture
def made(tmp_path):
    return make_authority(tmp_path, NAMES, VirtualClock(NOW_MS), SeededIds(1))


def loaded(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_server_is_for_these_names_and_signed_by_the_root(made) -> None:
    root, server = loaded(made.root), loaded(made.chain)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert tuple(names.get_values_for_type(x509.DNSName)) == NAMES
    server.verify_directly_issued_by(root)
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_root_may_speak_for_these_names_only(made) -> None:
    extensions = loaded(made.root).extensions
    allowed = extensions.get_extension_for_class(x509.NameConstraints)
    assert allowed.critical
    assert [name.value for name in allowed.value.permitted_subtrees] == list(NAMES)
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_it_ends_after_a_month(made) -> None:
    for path in (made.root, made.chain):
        ends_ms = loaded(path).not_valid_after_utc.timestamp() * 1000
        assert ends_ms == NOW_MS + 30 * DAY_MS


def test_only_the_owner_reads_what_is_written_and_no_root_key_is_kept(made, tmp_path) -> None:
    assert {path.name for path in tmp_path.iterdir()} == {
        *("ca.pem", "ca.p12", "server.pem", "server-key.pem")
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.chain, made.key)
    with pytest.raises(ssl.SSLError):
        context.load_cert_chain(made.root, made.key)


def test_java_reads_the_same_root(made) -> None:
    store = pkcs12.load_pkcs12(made.trust_store.read_bytes(), TRUST_STORE_PASSWORD.encode())
    assert [one.certificate for one in store.additional_certs] == [loaded(made.root)]


def test_a_second_start_replaces_the_first(made, tmp_path) -> None:
    before = made.root.read_bytes()
    again = make_authority(tmp_path, NAMES, VirtualClock(NOW_MS), SeededIds(2))
    assert again.root.read_bytes() != before
