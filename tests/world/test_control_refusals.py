"""What the control plane refuses: bodies that make no sense, and people who may not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world.conftest import TOKEN, Control, code_of


# -- bad input --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/machines/lobby/press", {"slot": "B4", "extra": 1}),
        ("/machines/lobby/press", {}),
        ("/machines/lobby/press", {"slot": 4}),
        ("/machines/lobby/cancel", {"why": "x"}),
        ("/machines/lobby/stock", {"slot": "B4", "stock": -1}),
        ("/machines/lobby/stock", {"slot": "B4", "stock": True}),
        ("/machines/lobby/stock", {"slot": "B4", "stock": 1, "price_minor": 0}),
        ("/machines/lobby/dispenser", {"next": "exploded"}),
        ("/machines", {"id": "x y", "takes": "hold", "currency": "CNY", "slots": []}),
        ("/wallets", {"id": "a", "balance_minor": 2**63 - 1, "currency": "CNY", "pin": "1234"}),
        ("/wallets", {"id": "a", "balance_minor": 1, "currency": "XXX", "pin": "1234"}),
        ("/wallets", {"id": "a", "balance_minor": 1, "currency": "CNY", "pin": "12"}),
        ("/wallets/pete/pay", {"code": "x", "pin": None, "force": True}),
        ("/wallets/pete/pay", {"code": "x" * 2_000}),
        ("/refunds", {"order": "o", "amount_minor": 0}),
        ("/refunds", {"order": "o", "amount_minor": -5}),
        ("/reset", {"hard": True}),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(control: Control, path: str, body: Any) -> None:
    assert code_of(control.post(path, body, 422)) == "invalid"


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"slot":1.5}', b'{"slot":"a","slot":"b"}', b"[" * 5_000, b"\xff"]
)
def test_a_body_that_is_no_json_object_is_refused(control: Control, raw: bytes) -> None:
    answer = control.client.post("/_world/machines/lobby/press", data=raw)
    assert (answer.status_code, code_of(answer.get_json())) == (400, "malformed")


def test_the_wrong_method_is_refused_with_the_right_ones(control: Control) -> None:
    answer = control.client.delete("/_world/machines")
    assert (answer.status_code, code_of(answer.get_json())) == (405, "method_not_allowed")


# -- who may ----------------------------------------------------------------------------------
def ask(control: Control, address: str = "127.0.0.1", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return control.client.get(
        "/_world/wallets", headers=named, environ_base={"REMOTE_ADDR": address}
    ).status_code


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_this_computer_needs_no_token(control: Control, host: str) -> None:
    assert ask(control, Host=host) == 200
    assert ask(control, "::1", Host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "[", "", "evil@127.0.0.1"],
)
def test_a_name_that_was_rebound_to_this_computer_needs_the_token(
    control: Control, host: str
) -> None:
    assert ask(control, Host=host) == 401


def test_another_computer_needs_the_token(control: Control) -> None:
    assert ask(control, "192.168.1.7", Host="localhost") == 401
    assert ask(control, "192.168.1.7", Authorization="Bearer wrong") == 401
    assert ask(control, "192.168.1.7", Authorization="Bearer é") == 401
    assert ask(control, "no address", Host="localhost") == 401
    assert ask(control, "192.168.1.7", Authorization=f"Bearer {TOKEN}") == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:81", "http://["]
)
def test_a_page_of_another_site_may_not_control_the_world(control: Control, origin: str) -> None:
    assert ask(control, Host="localhost:8000", Origin=origin) == 403


def test_the_stage_itself_may(control: Control) -> None:
    assert ask(control, Host="localhost:8000", Origin="http://localhost:8000") == 200


def test_health_is_for_everybody(control: Control) -> None:
    answer = control.client.get("/healthz", environ_base={"REMOTE_ADDR": "192.168.1.7"})
    assert answer.get_json() == {"status": "ok"}
