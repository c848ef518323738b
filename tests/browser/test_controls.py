"""The bar at the stage's foot: a person freezes time, makes trouble, records, and sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looks import check
from tests.browser.stalls import serve
from tests.serving.outsider import Outsider

LAPTOP = {"width": 1280, "height": 950}
SLOW = """() => {
  window.slow = [];
  const real = window.fetch;
  window.fetch = async (url, how) => {
    const answer = await real(url, how);
    if (String(url).includes("state.json")) {
      await new Promise((go) => {
        window.slow.push(go);
        document.body.dataset.slow = window.slow.length;
      });
    }
    return answer;
  };
}"""
"""From now on answers about how all stands wait until somebody lets the oldest come."""
LET_COME = "() => { delete document.body.dataset.slow; slow.shift()(); }"
TWO_CLICKS = """() => {
  for (const one of [...document.querySelectorAll("[data-switch]")].slice(0, 2)) one.click();
}"""


@pytest.fixture(scope="module")
def steered(chromium):
    """A world of their own: a clock that was moved never goes back, and others sign by theirs."""
    assert chromium
    with serve() as world:
        yield world


@pytest.fixture
def served(steered):
    """That world, and all is well in it."""
    steered.ask("/_world/reset", {})
    return steered


@pytest.fixture
def machine(served):
    """A machine of this test's own."""
    return served.machine()


@pytest.fixture
def stage(served, open_page, machine):
    """The stage."""
    page = open_page(viewport=LAPTOP)
    page.goto(f"{served.base}/?machine={machine}&wallet={served.wallet()}")
    expect(page.locator("#clock-face")).not_to_have_text("--:--:--")
    return page


def minutes(page):
    hours, mins, seconds = page.locator("#clock-face").inner_text().split(":")
    return int(hours) * 60 + int(mins) + int(seconds) / 60


def test_time_is_frozen_stepped_and_let_go(stage):
    stage.get_by_role("button", name="Freeze").click()
    expect(stage.get_by_role("button", name="Go on")).to_have_attribute("aria-pressed", "true")
    before = minutes(stage)
    with stage.expect_response("**/stage/clock"):
        stage.get_by_role("button", name="+ 15 min").click()
    expect(stage.get_by_role("button", name="+ 15 min")).to_be_focused()
    assert (minutes(stage) - before) % (24 * 60) == pytest.approx(15, abs=0.02)
    stage.get_by_role("button", name="Go on").click()
    expect(stage.get_by_role("button", name="Freeze")).to_be_visible()


def test_what_was_asked_for_before_a_click_is_not_drawn_after_its_answer(stage):
    """An answer of when the clock still ran is slow, and comes when it was frozen already."""
    stage.evaluate(SLOW)
    stage.evaluate("dispatchEvent(new Event('online'))")
    stage.locator('body[data-slow="1"]').wait_for()
    stage.get_by_role("button", name="Freeze").click()
    frozen = stage.get_by_role("button", name="Go on")
    expect(frozen).to_have_attribute("aria-pressed", "true")
    stage.evaluate(LET_COME)
    stage.locator('body[data-slow="1"]').wait_for()
    assert frozen.is_visible()
    stage.evaluate(LET_COME)
    expect(frozen).to_be_visible()


def test_clicks_are_asked_one_after_the_other(served, stage):
    """Else the answer to the first might be drawn last, and take the second switch back."""
    asked = []
    stage.on("request", lambda one: asked.append("asked") if one.method == "POST" else None)
    stage.on(
        "response", lambda one: asked.append(one.status) if one.request.method == "POST" else 0
    )
    stage.get_by_role("button", name="Trouble").click()
    stage.evaluate(TWO_CLICKS)
    expect(stage.locator("#trouble-count")).to_have_text("2")
    assert asked == ["asked", 200, "asked", 200]
    assert len(served.ask("/_world/faults")["rules"]) == 2


def test_who_signs_by_the_wall_is_told_that_the_worlds_clock_was_moved(served, stage):
    """Nothing is wrong with the stranger's program, nor with the clock of its computer."""
    outsider = Outsider(served.base, served.ask("/_world/merchants", {"name": "Tea cart"}))
    stage.get_by_role("button", name="+ 15 min").click()
    expect(stage.get_by_role("button", name="+ 15 min")).to_be_focused()
    status, told = outsider.create("too-late")
    assert (status, told["code"]) == (401, "SIGN_ERROR")
    stage.locator(".thread", has_text="too-late").click()
    stage.locator("button.arrow", has_text="Native order").first.click()
    opened = stage.locator("#opened[open]")
    expect(opened).to_contain_text("s ahead of yours")
    expect(opened).to_contain_text("Start another world")


def test_a_code_expires_before_everybodys_eyes(stage):
    stage.get_by_role("button", name="Freeze").click()
    front = stage.frame_locator("#machine")
    front.locator("[data-slot]").first.click()
    front.locator("#qr").wait_for()
    stage.get_by_role("button", name="+ 15 min").click()
    expect(front.locator("#qr")).to_be_hidden()


def test_a_jam_is_switched_on_by_keyboard_and_seen_in_the_plan(served, stage):
    stage.get_by_role("button", name="Trouble").focus()
    stage.keyboard.press("Enter")
    switch = stage.get_by_role("switch", name="The drink jams")
    switch.focus()
    stage.keyboard.press("Space")
    expect(stage.locator("#trouble-count")).to_have_text("1")
    assert served.ask("/_world/faults")["rules"] == [{"fault": "jam"}]
    check(stage)
    stage.get_by_text("The plan as a document").click()
    stage.locator("#plan-text").fill('{"rules": [{"fault": "gremlin"}]}')
    stage.get_by_role("button", name="Put in force").click()
    expect(stage.locator("#plan-said")).to_contain_text("gremlin")
    stage.locator("#plan-text").fill("{")
    stage.get_by_role("button", name="Put in force").click()
    expect(stage.locator("#plan-said")).to_contain_text("no fault plan")
    stage.get_by_role("button", name="All is well again").click()
    expect(stage.locator("#trouble-count")).to_be_hidden()
    stage.keyboard.press("Escape")
    expect(stage.locator("#trouble")).to_be_hidden()


def test_a_wallet_without_power_leaves_the_stage_standing_and_comes_back(stage):
    stage.get_by_role("button", name="Trouble").click()
    stage.get_by_role("switch", name="Wallet", exact=True).click()
    expect(stage.locator("#trouble-count")).to_have_text("1")
    stage.reload()
    phone = stage.frame_locator("#wallet")
    expect(phone.locator("main")).to_contain_text("The wallet has no power")
    expect(stage.locator("#lost")).to_be_hidden()
    stage.get_by_role("button", name="Trouble").click()
    stage.get_by_role("switch", name="Wallet", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Available")


def test_what_was_clicked_is_saved_as_a_feature(stage, machine):
    stage.get_by_role("button", name="Record").click()
    expect(stage.get_by_role("button", name="End recording")).to_be_visible()
    front = stage.frame_locator("#machine")
    front.locator("[data-slot]").first.click()
    front.locator("#qr").wait_for()
    with stage.expect_download() as saved:
        stage.get_by_role("button", name="End recording").click()
    text = saved.value.path().read_text("utf-8")
    assert saved.value.suggested_filename.endswith(".feature")
    assert "Feature: " in text
    assert "presses A1" in text
    expect(stage.get_by_role("button", name="Record")).to_be_visible()


def test_the_trouble_dialog_is_for_everybody(served, open_page, machine):
    page = open_page()
    page.goto(f"{served.base}/?machine={machine}")
    page.get_by_role("button", name="Trouble").click()
    check(page)
