"""What the stage sees of a served world that speaks WeChat Pay, with a merchant from outside."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace

import httpx2
import pytest

from tests.serving.conftest import until
from tests.serving.outsider import Outsider
from vendor_sim.serving import watched
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.wire.transports import Exchange
from vendor_sim.world import acts
from vendor_sim.world.build import simulate

pytestmark = pytest.mark.network
QUICK = DemoOptions(port=0, motor_ms=50, refund_ms=50)
STAGE = "/stage/state.json?machine=platform-9&wallet=pete"
HELD = {"machine": "platform-9", "wallet": "pete"}


@contextmanager
def served():
    with (
        demo(QUICK) as made,
        in_background(made.server, made.listener) as base,
        httpx2.Client(base_url=base, timeout=60, follow_redirects=True) as client,
    ):
        yield made, client


@pytest.fixture(scope="module")
def shared():
    """One world for all: each test has orders of its own."""
    with served() as pair:
        yield pair


@pytest.fixture
def client(shared) -> httpx2.Client:
    return shared[1]


@pytest.fixture
def outsider(client) -> Outsider:
    credentials = client.get("/_world/merchants/1900000001/credentials").json()
    return Outsider(str(client.base_url).rstrip("/"), credentials)


def press(client, slot) -> str:
    order = client.post("/_world/machines/platform-9/press", json={"slot": slot}).json()["order"]
    client.get(f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000")
    return order


def done(client, order) -> dict:
    return client.get(f"/_world/orders/{order}?wait_for=done&timeout_ms=30000").json()


def arrows_of(client, purchase) -> list:
    return [one for one in client.get(STAGE).json()["arrows"] if one["purchase"] == purchase]


def told(client, arrow) -> dict:
    opened = client.get(f"/stage/messages/{arrow['n']}.json").json()
    return {part["title"]: part for part in opened["parts"]}


def test_a_jam_at_platform_9_is_shown_from_create_to_refund(client) -> None:
    client.post("/_world/machines/platform-9/dispenser", json={"next": "jammed"})
    order = press(client, "A2")
    code = client.get(f"/_world/orders/{order}").json()["code"]
    client.post("/_world/wallets/pete/pay", json={"code": code})
    assert done(client, order)["money"] == "returned"
    shown = until(
        lambda: [one for one in arrows_of(client, order) if one["label"] == "REFUND.SUCCESS ¥5.50"]
    )
    labels = [one["label"] for one in arrows_of(client, order)]
    for label in ("Native order, ¥5.50", "TRANSACTION.SUCCESS ¥5.50", "refund ¥5.50"):
        assert label in labels
    assert shown[0]["note"] == "signed ✓"
    parts = told(client, shown[0])
    assert f'"out_trade_no": "{order}"' in parts["What it says, decrypted"]["content"]
    assert parts["Signature"]["content"].startswith("Valid")
    accounts = client.get(STAGE).json()["accounts"]
    assert [one["title"] for one in accounts[-2:]] == ["Refunds in transit", "Platform · fees"]


def test_the_phone_is_held_to_the_scanner(client) -> None:
    order = press(client, "A1")
    state = client.get(STAGE).json()
    assert (state["order"]["reads_codes"], state["order"]["scanned"]) == (True, False)
    headers = {"X-CSRF-Token": state["csrf"]}
    until(lambda: client.post("/stage/hold", json=HELD, headers=headers).json()["held"])
    assert done(client, order)["money"] == "taken"
    light = next(one for one in arrows_of(client, order) if one["tone"] == "light")
    assert light["label"].startswith("payment code, by light")
    again = client.post("/stage/hold", json=HELD, headers=headers)
    assert again.status_code in {202, 409}
    assert client.get(STAGE).json()["order"]["reads_codes"] is False


def test_a_machine_without_a_scanner_reads_no_code(client) -> None:
    order = client.post("/_world/machines/lobby/press", json={"slot": "B4"}).json()["order"]
    client.get(f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000")
    shown = client.get("/stage/state.json?machine=lobby&wallet=pete").json()["order"]
    assert shown["reads_codes"] is False


def test_the_machines_own_requests_are_told_once(client) -> None:
    order = press(client, "B1")
    entries = client.get("/_world/journal").json()
    creates = [one for one in entries if order in str(one["request"]["body"])]
    assert [one["source"] for one in creates] == ["machine"]
    client.post("/_world/machines/platform-9/cancel", json={})
    done(client, order)


def test_a_merchant_from_outside_has_its_own_thread(client, outsider) -> None:
    hook = str(client.base_url).replace("127.0.0.1", "localhost") + "/healthz"
    status, answer = outsider.create("order-78", notify_url=hook)
    assert status == 200
    client.post("/_world/wallets/pete/pay", json={"code": answer["code_url"]})
    purchase = "1900000001/order-78"
    notice = until(
        lambda: [
            one
            for one in arrows_of(client, purchase)
            if one["label"] == "TRANSACTION.SUCCESS ¥12.00"
        ]
    )[0]
    assert (notice["source"], notice["target"]) == ("ledger", "merchant")
    assert '"order-78"' in told(client, notice)["What it says, decrypted"]["content"]
    ways = {(one["source"], one["target"]) for one in arrows_of(client, purchase)}
    assert {("merchant", "ledger"), ("merchant", "wallet"), ("wallet", "ledger")} <= ways
    chosen = client.get(STAGE).json()["merchants"]
    assert {"purchase": purchase, "name": "1900000001 · order-78"} in chosen


def test_a_failed_signature_is_explained_in_the_journal_and_on_the_stage(client, outsider) -> None:
    wrong = replace(outsider, wrong=True)
    assert wrong.create("order-79")[0] == 401
    (entry,) = [one for one in client.get("/_world/journal").json() if one["diagnosis"]]
    assert "serialised a second time" in entry["diagnosis"]["cause"]
    inspected = entry["answer"]["headers"]["vendor-sim-inspect"]
    arrow = arrows_of(client, "1900000001/order-79")[0]
    assert arrow["note"] == "signature refused: see why"
    why = told(client, arrow)["Why the signature failed"]
    assert why["link"]["href"] == inspected
    assert why["content"].startswith("The body was serialised")


def test_no_key_of_anybody_is_shown(client, shared, outsider) -> None:
    outsider.ask("POST", "/v3/pay/transactions/native", outsider.credentials)
    wechat = shared[0].keys.wechat
    shown = client.get("/_world/journal").text + client.get(STAGE).text
    for arrow in arrows_of(client, "1900000001/"):
        shown += client.get(f"/stage/messages/{arrow['n']}.json").text
    for secret in wechat.secrets():
        assert secret.splitlines()[-2 if "\n" in secret else 0] not in shown


def ledger_says(world, body) -> int:
    """The number of a journal entry that nobody can decrypt, or that was not encrypted."""
    headers = {"content-type": "application/json"}
    sent = ("ledger", "shop.example", "POST", "/notify", headers, json.dumps(body).encode())
    world.journal.record(Exchange(0, 0, *sent, 204, {}, b"", None))
    return world.journal.last(1)[0]["n"]


@pytest.mark.parametrize(
    "body", [{"id": "nobody's", "resource": {}}, {"resource": "x"}, {"type": "v1"}, ["list"]]
)
def test_what_cannot_be_decrypted_is_shown_as_it_came(body) -> None:
    world = simulate()
    message = watched.Watched(world).message(ledger_says(world, body))
    assert message is not None
    assert message.get("revealed") is None
    assert message["texts"] == (json.dumps(body), "")


def test_a_message_that_fell_off_is_none() -> None:
    assert watched.Watched(simulate()).message(10_000) is None


def test_only_so_many_decrypted_notifications_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(watched, "_MESSAGES_MAX", 1)
    world = simulate()
    seen = watched.Watched(world)
    for slot in ("A1", "A2"):
        order = world.machine.service.press("platform-9", slot)
        code = acts.order(world, order, "awaiting_payment", 5_000)["code"]
        assert acts.pay(world, "pete", code)["state"] == "paid"
        world.driver.settle(60_000)
    told = [
        seen.message(entry["n"])["revealed"]["amount"]["total"]
        for entry in world.journal.since()
        if entry["path"].startswith("/machine/hooks/wechat")
    ]
    assert told == [300, 550]
    assert len(seen._revealed_of) == 1


def test_a_phone_without_a_code_gets_one_first() -> None:
    world = simulate()
    seen = watched.Watched(world)
    order = world.machine.service.press("platform-9", "A1")
    acts.order(world, order, "awaiting_payment", 5_000)
    assert seen.hold("platform-9", "pete") is False
    world.driver.work()
    assert seen.hold("platform-9", "pete") is True
    assert seen.last_order("platform-9")["reads_codes"] is False
    assert acts.order(world, order, "done", 60_000)["money"] == "taken"
