"""Three services over real HTTP, each alone: a purchase goes through."""

from __future__ import annotations

import contextlib
import re
import socket
from dataclasses import replace

import httpx2
import pytest

from tests.serving.conftest import until
from vendor_sim.cli.scan import scan
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.serving.alone import SERVICES, AloneOptions, alone
from vendor_sim.serving.databases import open_door
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.server import in_background
from vendor_sim.world.keys import complete, make_keys, save_keys
from vendor_sim.world.plan import DEMO

pytestmark = pytest.mark.network


def free_ports(count) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys.json"
    ids = RandomIds()
    save_keys(complete(make_keys(ids, DEMO), DEMO, ids, FixedRsa(), WallClock().now_ms()), path)
    return path


def options_of(tmp_path, keys, ports, databases=None) -> dict[str, AloneOptions]:
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    databases = databases or {name: f"sqlite:///{tmp_path}/{name}.sqlite3" for name in SERVICES}
    return {
        name: AloneOptions(
            *(name, "127.0.0.1", port, databases[name], keys, *urls), link_base=urls[2]
        )
        for name, port in zip(SERVICES, ports, strict=True)
    }


@contextlib.contextmanager
def all_alone(options):
    with contextlib.ExitStack() as held:
        bases = {}
        for name, one in options.items():
            made = held.enter_context(alone(one))
            bases[name] = held.enter_context(in_background(made.server, made.listener))
        yield bases


def press(base, slot) -> str:
    """What a customer's browser does; the order's id."""
    with httpx2.Client(base_url=base) as browser:
        page = browser.get("/machine/lobby").text
        token = re.search(r'data-csrf="([^"]+)"', page)
        assert token
        answer = browser.post(
            "/machine/lobby/press", json={"slot": slot}, headers={"X-CSRF-Token": token[1]}
        )
        assert answer.status_code < 300, answer.text
        return answer.text


def buy_over(bases) -> None:
    press(bases["machine"], "B4")

    def order():
        return httpx2.get(f"{bases['machine']}/machine/lobby/state.json").json()["order"]

    code = until(lambda: (order() or {}).get("code"))
    assert code.startswith(bases["wallet"])

    def paid():
        try:
            return scan(code, "pete", "123456", bases["wallet"], yes=True, certificate=None) == 0
        except CannotStartError:
            return False  # the wallet's account is still being opened

    until(paid)
    assert until(lambda: order()["state"] == "released")


def test_three_services_sell_a_drink_over_http(tmp_path, keys) -> None:
    with all_alone(options_of(tmp_path, keys, free_ports(3))) as bases:
        for base in bases.values():
            assert httpx2.get(f"{base}/healthz").json() == {"status": "ok"}
        buy_over(bases)


def test_three_services_sell_a_drink_on_postgresql(tmp_path, keys, postgres) -> None:
    databases = {name: postgres.fresh_url() for name in SERVICES}
    with all_alone(options_of(tmp_path, keys, free_ports(3), databases)) as bases:
        buy_over(bases)


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("nonsense", "names no database"),
        ("oracle://x/y", "names no database"),
        ("sqlite:////nowhere/at/all.sqlite3", "cannot open the database"),
        ("postgresql+psycopg://a:secret@127.0.0.1:1/x", "cannot open the database"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_its_password(
    tmp_path, keys, database, told
) -> None:
    databases = dict.fromkeys(SERVICES, database)
    options = options_of(tmp_path, keys, free_ports(3), databases)
    with pytest.raises(CannotStartError, match=told) as refused, alone(options["ledger"]):
        pass
    assert "secret" not in str(refused.value)


def test_a_database_without_a_password_in_its_address_opens(tmp_path) -> None:
    open_door(f"sqlite:///{tmp_path}/x.sqlite3", ()).close()
    assert (tmp_path / "x.sqlite3").exists()


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_missing_or_broken_keys_are_told(tmp_path, content) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    options = options_of(tmp_path, path, free_ports(3))
    with pytest.raises(CannotStartError, match="keys"), alone(options["wallet"]):
        pass


def test_the_control_plane_is_there_only_where_it_was_asked_for(tmp_path, keys) -> None:
    """A purchase by control calls alone: the machine's part and the wallet's part."""
    options = options_of(tmp_path, keys, free_ports(3))
    with all_alone(options) as bases:
        for base in bases.values():
            assert httpx2.get(f"{base}/_world/machines").status_code == 404
    asked = {name: replace(one, control=name != "ledger") for name, one in options.items()}
    with all_alone(asked) as bases:
        machine, wallet = f"{bases['machine']}/_world", f"{bases['wallet']}/_world"
        assert "lobby" in [one["id"] for one in httpx2.get(f"{machine}/machines").json()]
        order = httpx2.post(f"{machine}/machines/lobby/press", json={"slot": "B4"}).json()["order"]
        shown = httpx2.get(
            f"{machine}/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000", timeout=60
        ).json()
        paid = httpx2.post(f"{wallet}/wallets/pete/pay", json={"code": shown["code"]}, timeout=60)
        assert paid.json() == {"state": "paid", "reason": None}
        ended = httpx2.get(f"{machine}/orders/{order}?wait_for=done&timeout_ms=30000", timeout=60)
        assert (ended.json()["state"], ended.json()["money"]) == ("released", "taken")
        assert httpx2.get(f"{wallet}/machines").status_code == 404
        assert httpx2.get(f"{machine}/audit").status_code == 404
