"""Addresses that people can use."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from vendor_sim.serving import addresses, folders


def test_a_server_for_everybody_is_told_by_its_address_in_the_network(monkeypatch) -> None:
    monkeypatch.setattr(addresses, "lan_address", lambda: "192.168.1.20")
    assert addresses.host_for_people("0.0.0.0") == "192.168.1.20"  # noqa: S104
    assert addresses.host_for_people("10.0.0.1") == "10.0.0.1"
    monkeypatch.setattr(addresses, "lan_address", lambda: None)
    assert addresses.host_for_people("::") == "127.0.0.1"


def test_without_a_network_there_is_no_such_address(monkeypatch) -> None:
    class Unreachable(socket.socket):
        def connect(self, _address) -> None:
            raise OSError("network is unreachable")

    monkeypatch.setattr(addresses.socket, "socket", Unreachable)
    assert addresses.lan_address() is None


def test_a_loopback_address_is_not_one_for_phones(monkeypatch) -> None:
    class Loopback(socket.socket):
        def connect(self, _address) -> None:
            pass

        def getsockname(self):
            return ("127.0.0.1", 9)

    monkeypatch.setattr(addresses.socket, "socket", Loopback)
    assert addresses.lan_address() is None


@pytest.mark.parametrize(
    ("host", "https", "url"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:80"),
        ("::1", False, "http://[::1]:80"),
        ("h", True, "https://h:80"),
    ],
)
def test_base_addresses(host, https, url) -> None:
    assert addresses.base_url(host, 80, https=https) == url


def test_a_code_is_drawn_for_a_terminal() -> None:
    drawn = addresses.terminal_qr("http://192.168.1.20:8000/wallet/")
    assert drawn.count("\n") > 10


@pytest.mark.parametrize(
    ("platform", "environment", "ends"),
    [
        ("linux", {}, ".local/share/vendor-sim"),
        ("linux", {"XDG_DATA_HOME": "/x"}, "/x/vendor-sim"),
        ("darwin", {}, "Library/Application Support/vendor-sim"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/vendor-sim"),
    ],
)
def test_a_users_own_folder(monkeypatch, platform, environment, ends) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(folders.default_folder()).endswith(str(Path(ends)))
