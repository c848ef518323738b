"""A drink is bought in a real browser: by camera, on the stage, by keyboard, without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.people import enter
from tests.browser.stalls import PIN

if TYPE_CHECKING:
    from playwright.sync_api import Page

LAPTOP = {"width": 1280, "height": 952}


def drink_in_tray(page: Page, product: str) -> None:
    """The machine's page shows it lying there."""
    page.get_by_role("button", name=f"{product} in the tray").wait_for()


def test_the_camera_films_the_code_the_wallet_pays_and_the_drink_falls(
    served, open_page, person, put_before_camera
):
    """The whole product at once: screen, light, camera, PIN, books, motor, tray."""
    machine = served.machine()
    front = open_page(viewport=LAPTOP)
    front.goto(f"{served.base}/machine/{machine}")
    front.click('[data-slot="A1"]')
    front.locator("#qr").wait_for()
    put_before_camera(served.read(f"/machine/{machine}/qr.png"))

    payer = person()
    payer.opens_wallet()
    assert payer.page.inner_text("#balance") == "¥100.00"
    payer.page.click("#scan-button")
    payer.page.locator("#confirm").wait_for()  # the camera page went on by itself
    assert payer.page.inner_text("#amount") == "¥3.50"
    payer.confirms()

    payer.sees("dropped")
    drink_in_tray(front, "Cola")
    assert payer.balance() == "¥96.50"
    assert served.breaches() == []


def test_a_camera_that_sees_no_code_goes_on_looking(person, served):
    payer = person()
    with payer.page.expect_response("**/wallet/frames") as first:
        payer.page.goto(f"{served.base}/wallet/scan")
    assert first.value.json() == {"found": False}
    with payer.page.expect_response("**/wallet/frames"):
        payer.page.locator('#finder[data-camera="on"]').wait_for()


@pytest.mark.parametrize("takes", ["hold", "at_once"])
def test_the_phone_on_the_stage_looks_at_the_machine(served, open_page, takes):
    machine, wallet = served.machine(takes), served.wallet()
    stage = open_page(viewport=LAPTOP)
    stage.goto(f"{served.base}/?machine={machine}&wallet={wallet}")
    front, phone = stage.frame_locator("#machine"), stage.frame_locator("#wallet")
    phone.locator("#scan-button").click()
    phone.locator("#look").click()
    phone.get_by_text("The machine shows no code now").wait_for()
    front.locator('[data-slot="A2"]').click()
    front.locator("#qr").wait_for()
    phone.locator("#look").click()
    phone.locator("#confirm").wait_for()
    enter(phone)
    phone.locator('#result[data-state="dropped"]').wait_for()
    assert served.breaches() == []


def test_only_the_page_around_the_phone_is_believed_to_be_its_eye(served, open_page):
    """A picture from any other window, the phone's own included, is not looked at."""
    stage = open_page(viewport=LAPTOP)
    stage.goto(f"{served.base}/?machine={served.machine()}&wallet={served.wallet()}")
    stage.frame_locator("#wallet").locator("#scan-button").wait_for()
    frame = stage.frame("wallet")
    assert frame is not None
    seen = frame.evaluate("""async () => {
        const { look } = await import("/wallet/static/stage.js");
        const answer = look();
        window.postMessage({ type: "vendor-sim:picture", blob: new Blob(["forged"]) });
        return await answer;
    }""")
    assert seen is None  # the stage's own answer: this machine shows no code


def test_outside_the_stage_there_is_nothing_to_look_at(served, person):
    payer = person()
    payer.page.goto(f"{served.base}/wallet/scan")
    assert payer.page.locator("#look").is_hidden()


def test_a_drink_is_bought_with_the_keyboard_alone(served, open_page):
    machine, wallet = served.machine(), served.wallet()
    front = open_page(viewport=LAPTOP)
    front.goto(f"{served.base}/machine/{machine}")
    front.locator('[data-slot="A1"]').wait_for()
    tab_to(front, '[data-slot="A1"]')
    front.keyboard.press("Enter")
    front.locator("#qr").wait_for()

    page = open_page(viewport=LAPTOP)
    page.goto(f"{served.base}/wallet/")
    tab_to(page, 'input[name="wallet"]')
    for _ in range(100):
        if page.evaluate("document.activeElement.value") == wallet:
            break
        page.keyboard.press("ArrowDown")
    tab_to(page, "#pin")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#scan-button")
    tab_to(page, "#scan-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#finder")
    tab_to(page, ".typed summary")
    page.keyboard.press("Enter")
    page.locator("#code:focus").wait_for()
    page.keyboard.insert_text(code_on(served, machine))
    page.keyboard.press("Enter")
    page.locator("#confirm:enabled").wait_for()
    page.keyboard.type(PIN[:3] + "9")
    page.keyboard.press("Backspace")
    page.keyboard.type(PIN[3:])
    page.keyboard.press("Enter")
    page.locator('#result[data-state="dropped"]').wait_for()
    assert page.evaluate("document.activeElement.id") == "sheet-title"
    drink_in_tray(front, "Cola")


def test_the_wallet_pays_without_any_script(served, person):
    machine = served.machine()
    order = served.press(machine)
    payer = person(java_script_enabled=False)
    payer.opens_wallet()
    payer.page.click("#scan-button")
    payer.page.locator(".typed summary").click()
    payer.page.fill("#code", served.code(order))
    payer.page.click("#code-go")
    reload_until(payer.page, "#typed-pin")
    payer.page.fill("#typed-pin", PIN)
    payer.page.click("#confirm-plain")
    assert served.done(order)["state"] == "released"
    reload_until(payer.page, '#result[data-state="dropped"]')


def code_on(served, machine):
    """The text of the code a machine shows, read from its picture as a camera would."""
    from wallet.scanner import read_picture  # noqa: PLC0415 - heavy, and needed here only

    return read_picture(served.read(f"/machine/{machine}/qr.png"))


def tab_to(page, selector):
    """Press Tab until something is reached, as somebody without a mouse does."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


def reload_until(page, selector):
    """Without script a page is followed by hand."""
    for _ in range(40):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(150)
        page.reload()
    raise AssertionError(f"{selector} never came")
