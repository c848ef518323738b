"""However a payment ends, the wallet says first what happened to the money, then why."""

from __future__ import annotations

import io
import re

import pytest
import qrcode
from playwright.sync_api import expect

LOCKED = re.compile(r"Locked for [01]:[0-9]{2}")


def code_png(text):
    raw = io.BytesIO()
    qrcode.make(text).save(raw)
    return raw.getvalue()


def asked(served, payer, machine):
    """A payer before the PIN pad of a fresh order."""
    order = served.press(machine)
    payer.scans(served.code(order))
    payer.page.locator("#confirm:enabled").wait_for()
    return order


@pytest.mark.parametrize("takes", ["hold", "at_once"])
def test_a_jammed_drink_gives_the_money_back_and_says_so(served, person, takes):
    payer = person()
    asked(served, payer, served.machine(takes, motor="jammed"))
    payer.confirms()
    result = payer.sees("returned")
    assert "Your money is back" in result.inner_text()
    assert "The drink got stuck." in result.inner_text()
    assert payer.balance() == "¥100.00"
    assert payer.page.locator(".entry .state").first.inner_text() == "jammed, money back"


def test_a_drink_that_may_have_fallen_is_looked_into_while_the_money_is_only_held(served, person):
    payer = person()
    order = asked(served, payer, served.machine(motor="unsure"))
    payer.confirms()
    assert "Somebody is looking into it" in payer.sees("unsure").inner_text()
    served.ask(f"/_world/orders/{order}/settle-unsure", {"released": False})
    payer.sees("returned")


def test_a_partial_refund_is_told_with_both_amounts(served, person):
    payer = person()
    order = asked(served, payer, served.machine())
    payer.confirms()
    payer.sees("dropped")
    served.ask("/_world/refunds", {"order": order, "amount_minor": 100})
    result = payer.sees("partly_returned")
    payer.page.get_by_role("heading", name="¥1.00 came back").wait_for()
    assert "You paid ¥3.50" in result.inner_text()
    assert payer.balance() == "¥97.50"


def test_too_little_money_is_told_with_both_amounts(served, person):
    payer = person(balance_minor=100)
    asked(served, payer, served.machine())
    payer.confirms()
    said = payer.sees("refused").inner_text()
    assert said.startswith("Nothing was taken")
    assert "Not enough money" in said
    assert "It costs ¥3.50, and ¥1.00 is available." in said


def test_saying_no_takes_nothing_and_the_machine_hears_of_it(served, person, open_page):
    machine = served.machine()
    front = open_page()
    front.goto(f"{served.base}/machine/{machine}")
    payer = person()
    asked(served, payer, machine)
    payer.page.click("#decline")
    assert "Nothing was taken" in payer.sees("declined").inner_text()
    front.get_by_text("Payment declined", exact=True).wait_for()


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_third_locks_the_wallet(served, person):
    payer = person()
    asked(served, payer, served.machine())
    page = payer.page
    for left in ("2 tries left", "1 try left"):
        payer.confirms("000000")
        page.locator("#pin-says", has_text=left).wait_for()
    payer.confirms("000000")
    page.locator("#pin-says", has_text=LOCKED).wait_for()
    page.keyboard.type("123456")
    assert page.locator("#pin-dots i.on").count() == 0
    page.reload()
    page.locator("#pin-says", has_text=LOCKED).wait_for()


def test_a_pin_that_is_too_short_is_not_sent(served, person):
    payer = person()
    asked(served, payer, served.machine())
    payer.confirms("123")
    payer.page.locator("#pin-says", has_text="Your PIN has 6 digits").wait_for()
    payer.page.keyboard.type("456")
    payer.page.keyboard.press("Enter")
    payer.sees("dropped")


def test_a_half_typed_pin_survives_news(served, person):
    """Money of another purchase comes back meanwhile: the balance moves, the dots stay."""
    payer = person()
    first = asked(served, payer, served.machine())
    payer.confirms()
    payer.sees("dropped")
    asked(served, payer, served.machine())
    payer.page.keyboard.type("123")
    served.ask("/_world/refunds", {"order": first, "amount_minor": 350})
    payer.page.locator("#balance", has_text="¥100.00").wait_for()
    assert payer.page.locator("#pin-dots i.on").count() == 3
    payer.page.keyboard.type("456")
    payer.page.keyboard.press("Enter")
    payer.sees("dropped")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://qr.alipay.com/fkx12345", "Alipay"),
        ("wxp://f2f0abcdef", "WeChat"),
        ("https://example.com/", "not opened"),
        ("WIFI:S:cafe;T:WPA;P:secret;;", "Wi-Fi"),
    ],
)
def test_a_code_of_somebody_else_is_explained(served, person, text, words):
    payer = person()
    payer.page.goto(f"{served.base}/wallet/scan")
    picture = {"name": "code.png", "mimeType": "image/png", "buffer": code_png(text)}
    payer.page.set_input_files("#picture", picture)
    said = payer.sees("refused").inner_text()
    assert said.startswith("Nothing was taken")
    assert words in said


def test_a_code_that_another_wallet_has_paid_is_told_so(served, person):
    order = served.press(served.machine())
    code = served.code(order)
    first, second = person(), person()
    second.scans(code)
    second.page.locator("#confirm").wait_for()
    first.scans(code)
    first.page.locator("#confirm").wait_for()
    first.confirms()
    first.sees("dropped")
    second.confirms()
    assert "Already paid" in second.sees("refused").inner_text()


def test_a_picture_is_dropped_a_code_is_pasted(served, person):
    payer = person()
    order = served.press(served.machine())
    payer.page.goto(f"{served.base}/wallet/scan")
    payer.page.evaluate(
        """(text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", text);
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }""",
        served.code(order),
    )
    payer.page.locator("#confirm:enabled").wait_for()
    payer.page.goto(f"{served.base}/wallet/scan")
    payer.page.evaluate(
        """async (bytes) => {
        const dataTransfer = new DataTransfer();
        const file = new File([new Uint8Array(bytes)], "code.png", { type: "image/png" });
        dataTransfer.items.add(file);
        document.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
    }""",
        list(code_png(served.code(order))),
    )
    payer.page.locator("#confirm:enabled").wait_for()


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (b"no picture at all", "image/png", "no picture this wallet can read"),
        (b"GIF89a", "image/gif", "no picture this wallet can read"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(served, person, raw, kind, words):
    payer = person()
    payer.page.goto(f"{served.base}/wallet/scan")
    payer.page.set_input_files("#picture", {"name": "x", "mimeType": kind, "buffer": raw})
    expect(payer.page.locator("#scan-hint")).to_contain_text(words)


@pytest.mark.parametrize(
    ("wrong", "word", "words"),
    [
        ("NotAllowedError", "denied", "not allowed"),
        ("NotFoundError", "missing", "no camera"),
        ("NotReadableError", "busy", "busy"),
    ],
)
def test_a_camera_that_does_not_open_says_what_to_do(served, person, wrong, word, words):
    payer = person()
    payer.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        f"Promise.reject(new DOMException('no', '{wrong}'));"
    )
    payer.page.goto(f"{served.base}/wallet/scan")
    shown = payer.page.locator(f'[data-says="{word}"]')
    shown.wait_for()
    assert words in shown.inner_text()
    assert payer.page.locator("label[for=picture]").is_visible()


def test_an_insecure_page_says_how_to_get_a_camera(served, person):
    payer = person()
    payer.page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', { get: () => false });"
    )
    payer.page.goto(f"{served.base}/wallet/scan")
    expect(payer.page.get_by_text("vendor-sim demo --https")).to_be_visible()


def test_a_link_opened_by_the_phones_own_camera_asks_for_the_pin_then_for_the_payment(
    served, open_page
):
    order = served.press(served.machine())
    wallet = served.wallet()
    page = open_page()
    page.goto(served.code(order))
    page.check(f'input[name="wallet"][value="{wallet}"]', force=True)
    page.fill("#pin", "123456")
    page.click("#sign-in")
    expect(page.locator("#confirm")).to_be_visible()


def test_a_new_wallet_is_made_and_has_its_money(served, open_page):
    page = open_page()
    page.goto(f"{served.base}/wallet/")
    page.click("#new-wallet")
    page.fill("#name", "Zoé")
    page.select_option("#currency", "JPY")
    page.fill("#balance-field", "1200")
    page.fill("#pin", "4321")
    page.click("#make-wallet")
    expect(page.locator("#balance")).to_have_text("¥1200")
