"""``vendor-sim wallet scan``: read, show, ask, pay, against a running world."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import qrcode
import typer
from flask import Flask

from tests.serving.test_demo import served
from vendor_sim.cli.scan import scan
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.gate import Mount

if TYPE_CHECKING:
    import httpx2

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def shared():
    with served() as pair:
        pair[1].get("/_world/wallets")
        yield pair


@pytest.fixture
def client(shared) -> httpx2.Client:
    return shared[1]


@pytest.fixture
def base(client) -> str:
    return str(client.base_url).rstrip("/")


@pytest.fixture
def code(client):
    """A code on the lobby machine's screen."""
    order = client.post("/_world/machines/lobby/press", json={"slot": "A1"}).json()["order"]
    shown = client.get(f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000").json()
    yield shown["code"]
    client.post("/_world/machines/lobby/cancel", json={})
    client.get(f"/_world/orders/{order}?wait_for=done&timeout_ms=30000")


def test_a_typed_code_is_shown_and_paid(base, code, capsys) -> None:
    assert scan(code, "pete", "123456", base, yes=True, certificate=None) == 0
    told = capsys.readouterr().out
    assert "Lobby machine asks for" in told
    assert "4.50" in told


def test_a_picture_of_a_code_is_read(base, code, tmp_path) -> None:
    drawn = io.BytesIO()
    qrcode.make(code).save(drawn)
    picture = tmp_path / "screen.png"
    picture.write_bytes(drawn.getvalue())
    assert scan(str(picture), "sandrine", "123456", base, yes=True, certificate=None) == 0


def test_a_no_is_a_no(base, code, client, monkeypatch, capsys) -> None:
    before = client.get("/_world/wallets/pete").json()
    monkeypatch.setattr(typer, "confirm", lambda *_a, **_k: False)
    monkeypatch.setattr(typer, "prompt", lambda *_a, **_k: "123456")
    assert scan(code, "pete", None, base, yes=False, certificate=None) == 1
    assert client.get("/_world/wallets/pete").json() == before
    assert capsys.readouterr().out.count("\n") == 2


def test_too_little_money_is_told(base, code, capsys) -> None:
    assert scan(code, "broke", "123456", base, yes=True, certificate=None) == 1
    assert capsys.readouterr().out


def test_a_foreign_code_is_explained(base, capsys) -> None:
    assert scan("https://example.org/", "pete", "123456", base, yes=True, certificate=None) == 1
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "who", "pin", "told"),
    [
        ("x", "pete", "9999", "PIN is wrong"),
        ("x", "nobody", "123456", "PIN is wrong"),
        ("missing.png", "pete", "123456", "there is no picture"),
        ("x" * 2_000, "pete", "123456", "code"),
        ("a\0b", "pete", "123456", ""),
    ],
)
def test_what_cannot_be_done_is_one_line(base, what, who, pin, told) -> None:
    with pytest.raises(CannotStartError) as refused:
        scan(what, who, pin, base, yes=True, certificate=None)
    assert told in str(refused.value)


def test_a_picture_without_a_code_is_told(base, tmp_path) -> None:
    picture = tmp_path / "no.png"
    picture.write_bytes(b"no picture")
    with pytest.raises(CannotStartError, match="no whole PNG"):
        scan(str(picture), "pete", "123456", base, yes=True, certificate=None)


@pytest.mark.parametrize(
    ("world", "told"),
    [
        ("http://127.0.0.1:9", "nobody answers"),
        ("ftp://127.0.0.1", "is no address"),
        ("http://[", "nobody answers"),
    ],
)
def test_a_world_that_is_not_there_is_told(world, told) -> None:
    with pytest.raises(CannotStartError, match=told):
        scan("x", "pete", "1234", world, yes=True, certificate=None)


def test_a_server_that_is_no_wallet_is_told(serve, lane) -> None:
    app = Flask("other")
    app.add_url_rule("/wallet/", "home", lambda: "hello")
    with serve([Mount("", app, lane)]) as base, pytest.raises(CannotStartError, match="no wallet"):
        scan("x", "pete", "1234", base, yes=True, certificate=None)


def test_a_certificate_that_is_none_is_told(tmp_path) -> None:
    missing = tmp_path / "certificate.pem"
    with pytest.raises(CannotStartError, match="cannot trust"):
        scan("x", "pete", "1234", "https://127.0.0.1:9", yes=True, certificate=missing)
