"""The stage with a machine that speaks WeChat Pay: the phone held up, strangers, open arrows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.looks import EVERY_LOOK, check
from tests.browser.people import enter
from tests.browser.stalls import SHELF
from tests.serving.outsider import Outsider

LAPTOP = {"width": 1280, "height": 950}
DEAR = {"slot": "B1", "product": "Whole crate", "price_minor": 120_000, "stock": 5}
LABEL = "button.arrow .label"


@pytest.fixture
def machine(served):
    """A machine of this test's own, a merchant of the dialect."""
    name = f"v3-{served.wallet()}"
    asked = {"id": name, "takes": "at_once", "currency": "CNY", "speaks": "wechat_v3"}
    served.ask("/_world/machines", {**asked, "slots": [*SHELF, DEAR]})
    return name


@pytest.fixture
def stage(served, open_page, machine):
    """The stage with that machine and a wallet that can pay for anything there."""
    page = open_page(viewport=LAPTOP)
    page.goto(f"{served.base}/?machine={machine}&wallet={served.wallet(200_000)}")
    return page


@pytest.fixture
def outsider(served):
    """A merchant's own program."""
    made = served.ask("/_world/merchants", {"name": "Tea cart"})
    return Outsider(served.base, made)


def press(stage, slot):
    front = stage.frame_locator("#machine")
    front.locator(f'[data-slot="{slot}"]').click()
    front.locator("#qr").wait_for()
    return front


def opened(stage, label):
    stage.locator("button.arrow", has_text=label).first.click()
    dialog = stage.locator("#opened[open]")
    dialog.wait_for()
    return dialog


def test_the_phone_is_held_to_the_scanner_and_the_drink_falls(served, stage):
    hold = stage.get_by_role("button", name="or hold the phone to the scanner")
    expect(hold).to_be_hidden()
    press(stage, "A1")
    hold.click()
    phone = stage.frame_locator("#wallet")
    phone.locator('#payment-code[data-shown="ready"]').wait_for()
    phone.locator('#result[data-way="presented"]').wait_for()
    stage.locator('#steps [data-step="drop"][data-done]').wait_for()
    expect(hold).to_be_hidden()
    for label in ("Native order, ¥3.50", "payment code, by light", "charge the payment code ¥3.50"):
        stage.locator(LABEL, has_text=label).first.wait_for()
    fees = stage.locator(".t", has_text="Platform · fees")
    expect(fees).to_contain_text("¥0.02")
    dialog = opened(stage, "charge the payment code")
    expect(dialog).to_contain_text("WECHATPAY2-SHA256-RSA2048")
    expect(dialog).to_contain_text("POST↵")
    assert served.breaches() == []


def test_for_a_large_amount_the_payer_is_asked(stage):
    press(stage, "B1")
    stage.locator("#hold").click()
    phone = stage.frame_locator("#wallet")
    phone.locator("#confirm").wait_for()
    stage.locator('#steps [data-step="pay"][data-now]').wait_for()
    expect(stage.locator("#hold")).to_be_hidden()
    stage.locator("button.arrow", has_text="USERPAYING").wait_for()
    enter(phone)
    stage.locator('#steps [data-step="drop"][data-done]').wait_for()


def test_a_scanner_that_takes_nothing_says_so(served, stage, machine):
    press(stage, "A1")
    stage.route("**/stage/hold", lambda route: route.fulfill(status=409, body="{}"))
    stage.locator("#hold").click()
    expect(stage.locator("#said")).to_contain_text("did not take it")
    served.ask(f"/_world/machines/{machine}/cancel", {})


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE])
def test_a_strangers_messages_stand_apart(served, open_page, machine, outsider, viewport):
    page = open_page(viewport=viewport)
    page.goto(f"{served.base}/?machine={machine}&wallet={served.wallet()}")
    number = f"order-{viewport['width']}"
    outsider.create(number)
    thread = page.locator(".thread", has_text=f"{outsider.mchid} · {number}")
    thread.click()
    expect(page.locator('[data-lane="merchant"]')).to_be_visible()
    expect(page.locator('[data-lane="machine"]')).to_be_hidden()
    expect(page.locator(LABEL)).to_have_count(1)
    page.locator("#everything").check()
    page.locator(LABEL, has_text="open an account").first.wait_for()
    expect(page.locator('.thread[aria-pressed="true"]')).to_have_count(0)
    page.locator(".thread", has_text="This machine").click()
    expect(page.locator("#everything")).not_to_be_checked()
    expect(page.locator('[data-lane="machine"]')).to_be_visible()
    expect(page.locator('[data-lane="merchant"]')).to_be_hidden()


def test_a_failed_signature_is_explained(stage, outsider):
    outsider.wrong = True
    outsider.create("order-wrong")
    stage.locator(".thread", has_text="order-wrong").click()
    dialog = opened(stage, "Native order")
    expect(dialog).to_contain_text("The body was serialised a second time")
    expect(dialog.locator("mark")).to_have_count(2)
    link = dialog.get_by_role("link", name="See it in the request inspector")
    assert re.fullmatch(r"/ledger/wechat/requests/[0-9]+", link.get_attribute("href") or "")


def test_everybody_can_use_it(served, open_page, machine, outsider):
    order = "order-for-everybody"
    outsider.create(order)
    outsider.wrong = True
    outsider.create(order)
    page = open_page()
    page.goto(f"{served.base}/?machine={machine}&wallet={served.wallet()}")
    served.press(machine)
    page.locator("#hold").wait_for()
    page.locator(".thread", has_text=order).click()
    check(page, EVERY_LOOK)
    for place in (0, 1):
        page.locator("button.arrow").nth(place).click()
        page.locator("#opened[open]").wait_for()
        check(page, EVERY_LOOK)
        page.locator("#close-opened").click()


def test_the_keys_of_a_staged_machine_stay_inside_its_cabinet(served, open_page, machine):
    page = open_page(viewport=PHONE)
    page.goto(f"{served.base}/?machine={machine}&wallet={served.wallet()}")
    front = page.frame_locator("#machine")
    cabinet = front.locator(".cabinet").bounding_box()
    keys = front.locator(".key").all()
    assert keys
    lowest = max(box["y"] + box["height"] for box in (key.bounding_box() for key in keys))
    assert lowest <= cabinet["y"] + cabinet["height"] - 6
    assert min(key.bounding_box()["height"] for key in keys) >= 44
