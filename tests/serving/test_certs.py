"""A certificate of our own: for the names it is asked for, kept, renewed in time."""

from __future__ import annotations

import pytest
from cryptography import x509

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.serving.certs import certificate

NOW_MS = 1_795_000_000_000


def names(path) -> set[str]:
    made = x509.load_pem_x509_certificate(path.read_bytes())
    found = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in found}


def test_it_is_for_its_hosts_and_this_computer(tmp_path) -> None:
    made, key = certificate(
        tmp_path, ["192.168.1.20", "shop.local"], VirtualClock(NOW_MS), SeededIds(1)
    )
    assert names(made) == {"192.168.1.20", "shop.local", "localhost", "127.0.0.1", "::1"}
    assert key.stat().st_mode & 0o077 == 0, "only its owner reads the key"


@pytest.mark.parametrize(
    ("hosts", "later_ms", "renewed"),
    [
        (["a.local"], 0, False),
        (["localhost"], 0, False),
        (["b.local"], 0, True),
        (["a.local"], 300 * DAY_MS, False),
        (["a.local"], 392 * DAY_MS, True),
    ],
)
def test_it_is_kept_while_it_fits(tmp_path, hosts, later_ms, renewed) -> None:
    clock, ids = VirtualClock(NOW_MS), SeededIds(1)
    made, _ = certificate(tmp_path, ["a.local"], clock, ids)
    before = made.read_bytes()
    clock.advance_to(NOW_MS + later_ms)
    certificate(tmp_path, hosts, clock, ids)
    assert (made.read_bytes() != before) is renewed


def test_a_broken_one_is_made_anew(tmp_path) -> None:
    clock, ids = VirtualClock(NOW_MS), SeededIds(1)
    made, _ = certificate(tmp_path, [], clock, ids)
    made.write_text("no certificate")
    certificate(tmp_path, [], clock, ids)
    assert "localhost" in names(made)
