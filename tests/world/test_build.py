"""A world put together: it lasts, it begins anew, and it is the same for the same seed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.world.conftest import Control, code_of
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import Database
from vendor_sim.world import tables
from vendor_sim.world.audit import audit
from vendor_sim.world.build import Doors, Tuning, World, build
from vendor_sim.world.driver import VirtualDriver
from vendor_sim.world.keys import load_keys, make_keys, save_keys
from vendor_sim.world.plan import DEMO

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Connection

    from vendor_sim.world.keys import Keys

_STORY = """
import hashlib
from vendor_sim.machine.domain import Drop
from vendor_sim.world import acts, merchants
from vendor_sim.world.build import simulate
from vendor_sim.world.faults import Fault, Rule

world = simulate(seed=42)
world.faults.add(Rule(Fault.ANSWER_LOST, source="machine", times=2))
world.faults.add(Rule(Fault.DUPLICATED, target="wallet", times=3))
world.machine.service.plan_drop("platform-9", Drop.JAMMED)
for machine, wallet in (
    *(("lobby", "pete"), ("platform-9", "broke"), ("platform-9", "pete"), ("lobby", "sandrine")),
):
    order = world.machine.service.press(machine, "A1")
    code = acts.order(world, order, "awaiting_payment", 60_000)["code"]
    acts.pay(world, wallet, code)
    acts.order(world, order, "done", 200_000)
order = world.machine.service.press("platform-9", "A2")
acts.order(world, order, "awaiting_payment", 60_000)
world.machine.service.present("platform-9", acts.payment_code(world, "pete")["auth_code"])
acts.order(world, order, "done", 60_000)
world.driver.settle()
merchant = merchants.create(world, None, None, "switching")
seen = [entry["path"] for entry in world.journal.since()]
assert any("/refund/" in path for path in seen), seen
assert any("/codepay" in path for path in seen), seen
print(world.payments.wechat.merchants.get(merchant).serial_no)
print(hashlib.sha256(world.journal.canonical()).hexdigest(), len(world.journal.since()))
"""


def test_the_same_seed_writes_the_same_journal_byte_for_byte() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _STORY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "4711")
    ]
    assert told[0] == told[1]
    assert int(told[0].split()[2]) > 40


def open_world(folder: Path, clock: VirtualClock) -> World:
    path = folder / "keys.json"
    keys = load_keys(path) if path.exists() else make_keys(RandomIds(), DEMO)
    save_keys(keys, path)
    files = [f"sqlite:///{folder / name}" for name in ("ledger", "machine", "wallet")]
    doors = (Database(file, room) for file, room in zip(files, tables.ROOMS, strict=True))
    world = build(
        DEMO,
        clock=clock,
        ids=RandomIds(),
        doors=Doors(*doors),
        keys=keys,
        make_driver=lambda outbounds, check: VirtualDriver(clock, [*outbounds.values()], check),
        tuning=Tuning(pin_cost=16),
        keep_keys=lambda kept: save_keys(kept, path),
    )
    assert world.ready()
    return world


def test_a_world_kept_in_files_goes_on_where_it_stopped(tmp_path: Path) -> None:
    clock = VirtualClock(1_795_000_000_000)
    first = Control(open_world(tmp_path, clock))
    slot = {"slot": "A1", "product": "Tea", "price_minor": 100, "stock": 2}
    body = {"id": "extra", "takes": "hold", "currency": "CNY", "slots": [slot]}
    first.post("/machines", body, 201)
    wallet = {"id": "mei", "balance_minor": 500, "currency": "CNY", "pin": "9876"}
    first.post("/wallets", wallet, 201)
    order = first.buy("extra", "A1", "mei")
    first.world.close()

    second = Control(open_world(tmp_path, clock))
    assert second.get(f"/orders/{order}?wait_for=done")["state"] == "released"
    assert second.get("/wallets/mei")["balance_minor"] == 400
    assert second.get("/wallets/pete")["balance_minor"] == 10_000
    second.buy("extra", "A1", "mei")
    assert second.get("/audit?settle=1") == {"breaches": []}
    second.world.close()


def test_merchants_of_the_dialect_hold_the_same_after_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock(1_795_000_000_000)
    first = Control(open_world(tmp_path, clock))
    slot = {"slot": "A1", "product": "Tea", "price_minor": 100, "stock": 2}
    body = {"id": "extra", "takes": "at_once", "currency": "CNY", "speaks": "wechat_v3"}
    first.post("/machines", {**body, "slots": [slot]}, 201)
    made = first.post("/merchants", {"mchid": "1230000109"}, 201)
    demo = first.get("/merchants/1900000001/credentials")
    first.world.close()

    second = Control(open_world(tmp_path, clock))
    assert second.get("/merchants/1230000109/credentials") == made
    assert second.get("/merchants/1900000001/credentials") == demo
    assert made["merchant"]["apiv3_key"] in second.world.keys.secrets()
    for machine, slot_ in (("extra", "A1"), ("platform-9", "B1")):
        order = second.buy(machine, slot_)
        assert second.get(f"/orders/{order}?wait_for=done")["state"] == "released"
    assert second.get("/audit?settle=1") == {"breaches": []}
    second.world.close()


def test_nothing_secret_stands_in_the_journal_of_a_purchase(control: Control) -> None:
    control.buy()
    text = control.world.journal.canonical().decode()
    assert not [secret for secret in control.world.keys.secrets() if secret in text]
    assert "123456" not in text


def test_a_world_in_the_middle_of_everything_breaks_no_rule(control: Control) -> None:
    for machine, drop in (("lobby", "jammed"), ("platform-9", "jammed"), ("lobby", "unsure")):
        control.post(f"/machines/{machine}/dispenser", {"next": drop})
        control.buy(machine, "A1")
        assert audit(control.world) == []
        control.world.driver.until(lambda: None, 2_500)
        assert audit(control.world) == []


def test_secrets_that_come_at_the_same_moment_are_all_kept(tmp_path: Path) -> None:
    world = open_world(tmp_path, VirtualClock(1_795_000_000_000))
    names = [f"wallet-{number}" for number in range(16)]

    def learn(name: str) -> None:
        world.learn(lambda known: known.with_pin(name, "1234"))

    with ThreadPoolExecutor(len(names)) as people:
        list(people.map(learn, names))
    assert set(load_keys(tmp_path / "keys.json").pins) >= set(names)
    world.close()


def test_secrets_that_cannot_be_written_down_are_told_so_and_known(control: Control) -> None:
    def full(_keys: Keys) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    control.world.keep_keys = full
    body = {"id": "mei", "balance_minor": 5, "currency": "CNY", "pin": "9876"}
    assert code_of(control.post("/wallets", body, 503)) == "unavailable"
    assert control.world.keys.pins["mei"] == "9876"


def test_a_reset_that_one_database_refuses_changes_none(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_anew = tables.recreate

    def full(cx: Connection, room: tables.Room) -> None:
        if room is tables.WALLET:
            raise Refused(Code.UNAVAILABLE, "the database did not answer: it is full")
        begin_anew(cx, room)

    order = control.buy()
    monkeypatch.setattr(tables, "recreate", full)
    assert code_of(control.post("/reset", {}, 503)) == "unavailable"
    assert control.get(f"/orders/{order}?wait_for=done")["done"]
    assert control.get("/wallets/pete")["balance_minor"] < 10_000
    monkeypatch.undo()
    control.post("/reset", {})
    assert control.get("/wallets/pete")["balance_minor"] == 10_000
