"""`vendor-sim merchant`: the files a merchant would hold, all of them or none."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_app import run
from tests.cli.worlds import Fake, fake_world

FILES = {
    *("apiclient_key.pem", "apiclient_cert.pem", "pub_key.pem", "platform_cert.pem"),
    "merchant.json",
}


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def url(fake):
    with fake_world(fake) as base:
        yield base


def held(folder) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_create_writes_the_files_for_their_owner_only(monkeypatch, capsys, tmp_path, url) -> None:
    out = tmp_path / "deep" / "shop"
    code, said, error = run(monkeypatch, capsys, "merchant", "create", "--out", out, "--url", url)
    assert (code, error) == (0, "")
    assert "1900000100" in said
    assert held(out) == FILES
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())
    assert json.loads((out / "merchant.json").read_text())["mchid"] == "1900000100"
    assert b"\r" not in (out / "apiclient_key.pem").read_bytes()


def test_what_is_wished_for_is_asked_for_and_nothing_else(
    monkeypatch, capsys, tmp_path, fake, url
) -> None:
    wish = ("--mchid", "1900000077", "--key-mode", "cert", "--name", "Tea", "--token", "t0k")
    run(monkeypatch, capsys, "merchant", "create", *wish, "--out", tmp_path / "x", "--url", url)
    body = {"mchid": "1900000077", "key_mode": "cert", "name": "Tea"}
    assert fake.asked == [("POST", "/_world/merchants", body, "Bearer t0k")]


def test_export_again_replaces_its_own_files_only(monkeypatch, capsys, tmp_path, url) -> None:
    out = tmp_path / "shop"
    export = ("merchant", "export", "1900000001", "--out", out, "--url", url)
    assert run(monkeypatch, capsys, *export)[0] == 0
    (out / "pub_key.pem").write_text("old")
    (out / "notes.txt").write_text("mine")
    assert run(monkeypatch, capsys, *export)[0] == 0
    assert held(out) == {*FILES, "notes.txt"}
    assert "1900000001" in (out / "pub_key.pem").read_text()


@pytest.mark.parametrize("verb", [("create",), ("export", "1900000001")])
def test_a_folder_with_other_things_in_it_is_left_alone(
    monkeypatch, capsys, tmp_path, fake, url, verb
) -> None:
    (tmp_path / "merchant.json").write_text('{"mchid": "1900000002"}')
    code, _, error = run(monkeypatch, capsys, "merchant", *verb, "--out", tmp_path, "--url", url)
    assert code == 2
    assert "holds merchant.json already" in error
    assert held(tmp_path) == {"merchant.json"}
    assert not [one for one in fake.asked if one[0] == "POST"], "nothing was made in vain"


@pytest.mark.parametrize("unreadable", ["{", "[]", "{}", "1"])
def test_a_merchant_json_of_somebody_else_is_no_ticket(
    monkeypatch, capsys, tmp_path, url, unreadable
) -> None:
    (tmp_path / "merchant.json").write_text(unreadable)
    export = ("merchant", "export", "1900000001", "--out", tmp_path, "--url", url)
    code, _, error = run(monkeypatch, capsys, *export)
    assert (code, error.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        (
            (404, {"error": {"code": "not_found", "message": "no merchant of that number"}}),
            "no merc",
        ),
        ((404, "gone"), "answered 404"),
        ((200, {"hello": 1}), "no world of this program"),
    ],
)
def test_a_refusal_is_one_line(monkeypatch, capsys, tmp_path, fake, url, instead, told) -> None:
    fake.instead = instead
    out = tmp_path / "shop"
    code, _, error = run(monkeypatch, capsys, "merchant", "export", "1", "--out", out, "--url", url)
    assert (code, error.count("\n")) == (2, 1)
    assert told in error
    assert not out.exists()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (("--url", "http://127.0.0.1:1"), "start: vendor-sim demo"),
        (("--url", "localhost:8000"), "no address"),
        (("--certificate", "/nowhere.pem"), "cannot trust"),
    ],
)
def test_a_world_that_is_not_there_is_one_line(monkeypatch, capsys, tmp_path, how, told) -> None:
    out = tmp_path / "shop"
    code, _, error = run(monkeypatch, capsys, "merchant", "create", "--out", out, *how)
    assert (code, error.count("\n")) == (2, 1)
    assert told in error


def test_a_place_that_cannot_be_written_is_one_line(monkeypatch, capsys, tmp_path, url) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, _, error = run(
        monkeypatch, capsys, "merchant", "create", "--out", blocked / "shop", "--url", url
    )
    assert (code, error.count("\n")) == (2, 1)
    assert "cannot write" in error


def test_a_full_disk_leaves_nothing_half_written(monkeypatch, capsys, tmp_path, url) -> None:
    def full(path, content) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vendor_sim.cli.merchants.write_privately", full)
    out = tmp_path / "shop"
    code, _, error = run(monkeypatch, capsys, "merchant", "create", "--out", out, "--url", url)
    assert code == 2
    assert "No space left" in error
    assert not out.exists()


def test_a_world_that_refuses_leaves_no_folder_behind(
    monkeypatch, capsys, tmp_path, fake, url
) -> None:
    fake.instead = (409, {"error": {"code": "exists", "message": "there is one"}})
    kept = tmp_path / "kept"
    kept.mkdir()
    for out in (tmp_path / "new", kept):
        assert run(monkeypatch, capsys, "merchant", "create", "--out", out, "--url", url)[0] == 2
    assert held(tmp_path) == {"kept"}
