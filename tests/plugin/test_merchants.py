"""The shop of the feature files: it believes nothing that is not signed, and its words are told."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.pytest_plugin.in_process import simulated
from vendor_sim.pytest_plugin.scene import Scene
from vendor_sim.pytest_plugin.shop_bills import read_bill
from vendor_sim.pytest_plugin.shop_refusal import Refusal
from vendor_sim.pytest_plugin.stage import served
from vendor_sim.pytest_plugin.steps import merchant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.pytest_plugin.shop import Shop
    from vendor_sim.pytest_plugin.stage import Stage

_WALLET = {"id": "pete", "balance_minor": 200_000, "currency": "CNY", "pin": "246810"}
_STORY = """
import hashlib
from vendor_sim.pytest_plugin.shop_refusal import Refusal
from vendor_sim.pytest_plugin.in_process import simulated

stage = simulated(seed="a shop's day")
wallet = {"id": "pete", "balance_minor": 200_000, "currency": "CNY", "pin": "246810"}
stage.ask("POST", "/wallets", wallet)
shop = stage.open_shop("Corner shop", "switching")
stage.trouble("request_lost", "ledger", "corner-shop", 2)
stage.ask("POST", "/wallets/pete/pay", {"code": shop.ask(350)})
stage.ask("POST", f"/merchants/{shop.keys.mchid}/behaviour", {"notify": "twice"})
stage.ask("POST", "/wallets/pete/pay", {"code": shop.ask(450)})
shop.refund(100)
try:
    shop.charge(stage.ask("GET", "/wallets/pete/payment-code")["auth_code"], 120_000)
except Refusal as waiting:
    print(waiting)
stage.ask("POST", "/wallets/pete/confirm", {})
shop.reverse()
shop.keys.rewrites = True
try:
    shop.ask(5)
except Refusal as refused:
    print(refused)
shop.keys.rewrites = False
stage.pass_time(15 * 60 * 60 * 1000)
bill = shop.bill("fundflowbill", shop.yesterday())
assert stage.ask("GET", "/audit?settle=1") == {"breaches": []}
told = [(one.at_ms, one.id, one.serial, str(one.about)) for one in shop.hook.heard]
journal = stage.ask("GET", "/journal")
assert len({one[2] for one in told}) > 1, told
print(hashlib.sha256(repr((journal, told, bill)).encode()).hexdigest(), len(journal), len(told))
"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A world with one wallet."""
    made = simulated(seed="shops")
    made.ask("POST", "/wallets", _WALLET)
    yield made
    made.close()


@pytest.fixture
def shop(stage: Stage) -> Shop:
    """A shop in public-key mode."""
    return stage.open_shop("Corner shop", "pubkey")


def test_the_same_seed_makes_the_same_day_in_a_shop_byte_for_byte() -> None:
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
    waiting, refused, _, exchanges, heard = told[0].split()
    assert (waiting, refused) == ("USERPAYING", "SIGN_ERROR")
    assert int(exchanges) > 20
    assert int(heard) > 4


def test_a_shop_believes_no_answer_of_a_stranger(shop: Shop) -> None:
    shop.ask(350)
    key_id, _ = shop.keys.known.popitem()
    shop.keys.known[key_id] = shop.keys.key.public_key()
    with pytest.raises(AssertionError, match="cannot be believed: the signature"):
        shop.query()


def test_a_shop_in_public_key_mode_fetches_no_certificates(shop: Shop) -> None:
    shop.keys.known.clear()
    with pytest.raises(Refusal, match="RESOURCE_NOT_EXISTS"):
        shop.ask(350)


def test_a_shop_that_has_done_nothing_says_so(shop: Shop) -> None:
    with pytest.raises(AssertionError, match="asked for nothing"):
        shop.query()
    shop.ask(350)
    with pytest.raises(AssertionError, match="given nothing back"):
        shop.refund_now()


def test_a_story_without_a_shop_says_so(stage: Stage) -> None:
    scene = Scene(stage)
    with pytest.raises(AssertionError, match="there is no shop"):
        scene.at_shop(lambda shop: shop.query())
    with pytest.raises(AssertionError, match="no bill"):
        assert scene.the_bill


def test_two_shops_are_two_merchants_with_addresses_of_their_own(stage: Stage, shop: Shop) -> None:
    other = stage.open_shop("Tea house", "cert")
    stage.ask("POST", "/wallets/pete/pay", {"code": other.ask(350)})
    stage.pass_time(0)
    assert (shop.address, other.address) == ("corner-shop", "tea-house")
    assert shop.keys.mchid != other.keys.mchid
    assert (len(shop.hook.heard), len(other.hook.heard)) == (0, 1)


def test_a_shop_needs_a_world_in_this_process() -> None:
    stage = served("http://127.0.0.1:9")
    with pytest.raises(NotImplementedError, match="in this process"):
        stage.open_shop("Corner shop", "pubkey")
    stage.close()


def test_a_story_with_a_shop_is_skipped_where_the_world_is_elsewhere() -> None:
    elsewhere = served("http://127.0.0.1:9")
    with pytest.raises(pytest.skip.Exception, match="in this process"):
        merchant.a_shop(Scene(elsewhere))
    elsewhere.close()


def test_nobody_can_say_no_to_a_payment_that_nobody_asked_for(stage: Stage) -> None:
    with pytest.raises(Refused, match="no payment waits") as refused:
        stage.ask("POST", "/wallets/pete/decline", {})
    assert refused.value.problem.code == "wrong_state"


def test_a_refusal_says_where_the_platform_shows_why(shop: Shop) -> None:
    shop.keys.drift_ms = -600_000
    with pytest.raises(Refusal) as refused:
        shop.ask(350)
    assert (refused.value.code, refused.value.status) == ("SIGN_ERROR", 401)
    assert str(refused.value.inspect).startswith("/ledger/wechat/requests/")


def test_a_bill_that_does_not_add_up_is_found_out() -> None:
    told = "\N{ZERO WIDTH NO-BREAK SPACE}订单金额\r\n`3.50\r\n总交易单数,订单总金额\r\n`1,`3.51\r\n"
    bill = read_bill(told.encode())
    assert bill.added_up() == {"总交易单数": 1, "订单总金额": Decimal("3.50")}
    assert bill.sums == {"总交易单数": 1, "订单总金额": Decimal("3.51")}


def test_a_bill_that_was_damaged_on_its_way_is_not_read(
    stage: Stage, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.ask("POST", "/wallets/pete/pay", {"code": shop.ask(350)})
    stage.pass_time(15 * HOUR_MS)
    send = shop.line.send

    def damaged(method: str, target: str, *more: Any) -> Any:
        answer = send(method, target, *more)
        return replace(answer, raw=answer.raw.replace(b"3.50", b"3.51"))

    monkeypatch.setattr(shop.line, "send", damaged)
    with pytest.raises(AssertionError, match="not the one that was offered"):
        shop.bill("tradebill", shop.yesterday())


@pytest.mark.parametrize("file", ["a\r\n`1\r\nb\r\n`1\r\n", "\ufeffa\r\n1\r\nb\r\n`1\r\n"])
def test_what_is_not_written_as_a_bill_is_refused(file: str) -> None:
    with pytest.raises(ValueError, match="a bill"):
        read_bill(file.encode())
