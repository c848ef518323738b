"""The whole world in one process: a purchase, a restart, live pages, a clean end."""

from __future__ import annotations

import json
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import httpx2
import pytest

from tests.serving.conftest import raw
from vendor_sim.serving.demo import Demo, DemoOptions, demo
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.server import in_background
from vendor_sim.storage.sqlite import driver

pytestmark = pytest.mark.network
QUICK = DemoOptions(port=0, motor_ms=50, refund_ms=50)


@contextmanager
def served(options=QUICK):
    """A demo that answers, and a client of it."""
    with (
        demo(options) as made,
        in_background(made.server, made.listener) as base,
        httpx2.Client(base_url=base, timeout=60, follow_redirects=True) as client,
    ):
        yield made, client


@pytest.fixture(scope="module")
def shared():
    """One world for the tests that do not end it."""
    with served() as pair:
        yield pair


@pytest.fixture
def client(shared) -> httpx2.Client:
    return shared[1]


@pytest.fixture
def world(shared) -> Demo:
    return shared[0]


def buy(client, machine="lobby", slot="B4", wallet="pete") -> dict:
    """Press, pay, wait for the end."""
    pressed = client.post(f"/_world/machines/{machine}/press", json={"slot": slot})
    order = pressed.json()["order"]
    shown = client.get(f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000").json()
    paid = client.post(f"/_world/wallets/{wallet}/pay", json={"code": shown["code"]}).json()
    assert paid == {"state": "paid", "reason": None}
    return client.get(f"/_world/orders/{order}?wait_for=done&timeout_ms=30000").json()


@pytest.mark.parametrize("machine", ["lobby", "platform-9"])
def test_a_purchase_from_press_to_drop(client, machine) -> None:
    bought = buy(client, machine, "A1")
    assert (bought["state"], bought["money"], bought["done"]) == ("released", "taken", True)
    assert client.get("/_world/audit?settle=1").json() == {"breaches": []}


def test_a_jam_gives_the_money_back(client) -> None:
    for machine in ("lobby", "platform-9"):
        client.post(f"/_world/machines/{machine}/dispenser", json={"next": "jammed"})
        ended = buy(client, machine, "A2")
        assert (ended["state"], ended["drop"], ended["money"]) == (
            "not_released",
            "jammed",
            "returned",
        )
    assert client.get("/_world/audit?settle=1").json() == {"breaches": []}


@pytest.mark.parametrize(
    "path", ["/", "/machine/", "/machine/lobby", "/wallet/", "/openapi.json", "/healthz"]
)
def test_every_part_answers_under_one_address(client, path) -> None:
    assert client.get(path).status_code == 200


def test_the_stage_shows_the_purchase(client) -> None:
    buy(client, slot="B3")
    state = client.get("/stage/state.json?machine=lobby&wallet=pete").json()
    assert state["order"]["state"] == "released"
    assert state["order"]["scanned"] is True
    assert state["arrows"]
    assert len(state["accounts"]) >= 2
    n = next(arrow["n"] for arrow in state["arrows"] if isinstance(arrow.get("n"), int))
    assert client.get(f"/stage/messages/{n}.json").json()["parts"]
    assert client.get("/stage/messages/999999.json").status_code == 404


def test_the_staged_phone_is_signed_in_by_a_ticket(client) -> None:
    page = client.get("/stage/phone/pete")
    assert page.status_code == 200
    assert page.url.path == "/wallet/"


def test_the_stage_shows_a_world_before_its_first_order(client) -> None:
    client.post(
        "/_world/machines",
        json={
            "id": "new",
            "takes": "hold",
            "currency": "CNY",
            "slots": [{"slot": "A1", "product": "Tea", "price_minor": 100, "stock": 1}],
        },
    )
    state = client.get("/stage/state.json?machine=new&wallet=pete").json()
    assert state["order"] is None


def test_the_journal_is_live(client, shared) -> None:
    events = []
    heard = threading.Event()

    def listen() -> None:
        with client.stream("GET", "/stage/events") as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    events.append(line)
                    heard.set()
                if len(events) > 1:
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    assert heard.wait(5)
    buy(client, slot="C1")
    listener.join(5)
    assert events[:2] == ["data: 0", "data: 1"]


def test_64_control_calls_that_wait_starve_nothing(client) -> None:
    order = client.post("/_world/machines/lobby/press", json={"slot": "C2"}).json()["order"]
    path = f"/_world/orders/{order}?timeout_ms=60000&wait_for="
    code = client.get(f"{path}awaiting_payment").json()["code"]
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(client.get, f"{path}done", timeout=60) for _ in range(64)]
        assert client.get("/machine/lobby").status_code == 200
        assert client.get("/healthz").status_code == 200
        paid = client.post("/_world/wallets/pete/pay", json={"code": code}).json()
        assert paid["state"] == "paid"
        ends = [call.result().json() for call in waiting]
    assert {end["state"] for end in ends} == {"released"}


def test_a_reset_gives_back_the_start_and_keeps_ids_and_keys(client, world) -> None:
    token = world.keys.control_token
    buy(client, slot="C3")
    assert client.post("/_world/reset", json={}).status_code == 200
    wallets = {one["id"]: one["balance_minor"] for one in client.get("/_world/wallets").json()}
    assert wallets == {"pete": 10_000, "sandrine": 5_000, "broke": 100}
    assert world.keys.control_token == token
    assert buy(client)["state"] == "released"


def test_from_elsewhere_the_stage_and_the_control_need_the_token(client, world) -> None:
    """Another ``Host`` is how elsewhere looks from here."""
    elsewhere = {"Host": "192.0.2.7:8000"}
    with httpx2.Client(base_url=client.base_url) as phone:
        page = phone.get("/", headers=elsewhere)
        assert (page.status_code, page.headers["location"]) == (303, "/wallet/")
        assert phone.get("/stage/state.json", headers=elsewhere).status_code == 401
        assert phone.get("/_world/wallets", headers=elsewhere).status_code == 401
        assert phone.get("/healthz", headers=elsewhere).status_code == 200
        assert phone.get("/wallet/", headers=elsewhere).status_code == 200
        seen = phone.get(f"/?token={world.keys.control_token}", headers=elsewhere)
        assert seen.status_code == 200
        assert phone.get("/stage/state.json", headers=elsewhere).status_code == 200


def test_a_picture_of_30_mb_is_refused_and_one_of_8_is_read(client) -> None:
    big = client.post("/wallet/frames", content=b"x" * 30_000_000)
    assert big.status_code == 413
    assert big.json()["error"]["code"] == "too_large"
    assert client.post("/wallet/frames", content=b"x" * 8_000_000).status_code != 413
    assert client.post("/v1/intents", content=b"x" * 100_000).status_code == 413


def test_bad_bodies_of_the_api_are_never_a_5xx(client) -> None:
    bodies = [b"", b"{", b"[" * 9_000, b'{"a":1e999}', b"\xff", b"null", b'{"a":"\\ud800"}']
    for body in bodies:
        answer = client.post("/v1/intents", content=body)
        assert 400 <= answer.status_code < 500, body
        assert answer.json()["error"]["code"]


def test_the_api_wants_a_key_even_for_nonsense(client) -> None:
    answer = raw(
        str(client.base_url).rstrip("/"),
        b"DELETE /v1/intents HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    )
    assert 400 <= int(answer.split()[1]) < 500


# -- folders and restarts ---------------------------------------------------------------------
def test_state_survives_a_restart_in_the_middle_of_a_purchase(tmp_path) -> None:
    options = replace(QUICK, data=tmp_path / "world")
    with served(options) as (_, client):
        buy(client)
        order = client.post("/_world/machines/lobby/press", json={"slot": "A1"}).json()["order"]
        code = client.get(
            f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000"
        ).json()["code"]
    with served(options) as (_, client):
        again = client.get(f"/_world/orders/{order}").json()
        assert again["state"] == "awaiting_payment"
        token = code.rsplit("/", 1)[1]
        paid = client.post("/_world/wallets/pete/pay", json={"code": token}).json()
        assert paid["state"] == "paid"
        done = client.get(f"/_world/orders/{order}?wait_for=done&timeout_ms=30000").json()
        assert done["state"] == "released"
        assert client.get("/_world/wallets/pete").json()["balance_minor"] == 10_000 - 350 - 450
        assert client.get("/_world/audit?settle=1").json() == {"breaches": []}


def test_a_folder_belongs_to_one_process(tmp_path) -> None:
    options = replace(QUICK, data=tmp_path / "world")
    with (
        demo(options),
        pytest.raises(CannotStartError, match="another vendor-sim is using"),
        demo(options),
    ):
        pass
    with demo(options):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(CannotStartError, match="cannot write to"),
        demo(replace(QUICK, data=tmp_path / "file" / "world")),
    ):
        pass


def test_data_of_another_version_is_told(tmp_path) -> None:
    options = replace(QUICK, data=tmp_path / "world")
    with demo(options):
        pass
    cx = driver().connect(tmp_path / "world" / "ledger.sqlite3")
    cx.execute("UPDATE schema_version SET version = 99")
    cx.commit()
    cx.close()
    with pytest.raises(CannotStartError, match="schema version 99"), demo(options):
        pass


def test_a_file_that_is_no_database_is_told(tmp_path) -> None:
    folder = tmp_path / "world"
    folder.mkdir()
    options = replace(QUICK, data=folder)
    with demo(options):
        pass
    (folder / "machine.sqlite3").write_text("this is no database at all" * 100)
    with pytest.raises(CannotStartError, match="cannot open the database"), demo(options):
        pass


def test_lost_or_broken_keys_are_told(tmp_path) -> None:
    folder = tmp_path / "world"
    options = replace(QUICK, data=folder)
    with demo(options):
        pass
    kept = (folder / "keys.json").read_text()
    (folder / "keys.json").write_text(json.dumps({"no": "keys"}))
    with pytest.raises(CannotStartError, match="cannot use the keys"), demo(options):
        pass
    (folder / "keys.json").unlink()
    with pytest.raises(CannotStartError, match="is lost"), demo(options):
        pass
    (folder / "keys.json").write_text(kept)
    with demo(options):
        pass


def test_https_with_a_certificate_made_here(tmp_path) -> None:
    options = replace(QUICK, data=tmp_path, https=True)
    with demo(options) as made, in_background(made.server, made.listener) as base:
        assert base.startswith("https://")
        assert made.here == base
        trust = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        answer = httpx2.get(f"{base}/wallet/", verify=trust)
        assert answer.status_code == 200
        assert "Secure" in answer.headers["set-cookie"]
