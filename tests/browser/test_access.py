"""Everybody can use every page: axe finds nothing, targets are big enough, nothing overflows."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

import pytest

from tests.browser.looks import EVERY_LOOK, ON_THE_STAGE, check, check_wallet
from vendor_sim.wire import wechatpay

OPEN = ("/", "/machine/", "/machine/lobby", "/machine/platform-9", "/wallet/", "/wallet/new")
SIGNED_IN = ("/wallet/", "/wallet/scan", "/wallet/code")
CONSOLE = (
    *("", "refunds", "notices", "accounts", "transfers", "merchants", "wechat/requests"),
    "audit",
)
_ORDERS = "/v3/pay/transactions/native"


@pytest.mark.parametrize("path", OPEN)
def test_every_open_page(served, open_page, path):
    page = open_page()
    page.goto(served.base + path)
    check(page)


def signed_in(page, address, password):
    """Past the password, after a look at the page that asks for it."""
    page.goto(address)
    check(page)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address.rstrip('/')}/")


def asks_carelessly(served, mchid):
    """A shop signs one text and sends another; returns where the console shows why that failed."""
    held = served.ask(f"/_world/merchants/{mchid}/credentials")
    key = wechatpay.load_private_key(held["files"]["apiclient_key.pem"])
    serial, at_ms = held["merchant"]["merchant_serial"], int(time.time() * 1000)
    header = wechatpay.authorization(
        key, mchid, serial, "POST", _ORDERS, b'{"mchid":"1"}', at_ms, "nonce"
    )
    url, headers = served.base + _ORDERS, {"Authorization": header}
    request = urllib.request.Request(url, b'{"mchid": "1"}', headers)  # noqa: S310 - our own
    with pytest.raises(urllib.error.HTTPError, match="401") as failed:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310 - our own
    with failed.value as answer:
        return answer.headers["Vendor-Sim-Inspect"]


def test_the_console(served, person, open_page):
    """Every list, and one of each thing in them."""
    inspected = asks_carelessly(served, "1900000001")
    payer = person()
    order = served.press(served.machine(motor="jammed"))
    payer.scans(served.code(order))
    payer.confirms()
    payer.sees("returned")
    page = open_page()
    signed_in(page, f"{served.base}/ledger/", served.keys.console_password)
    for name in CONSOLE:
        page.goto(f"{served.base}/ledger/{name}")
        check(page)
        inner = page.locator(f'main a[href^="/ledger/{name or "intents"}/"]').first
        if inner.count():
            page.goto(served.base + (inner.get_attribute("href") or ""))
            check(page)
    for path in ("/ledger/merchants/1900000001", "/ledger/merchants/1900000002", inspected):
        page.goto(served.base + path)
        check(page)


def test_the_operators_desk(served, person, open_page):
    payer = person()
    order = served.press(served.machine(motor="unsure"))
    payer.scans(served.code(order))
    payer.confirms()
    payer.sees("unsure")
    page = open_page()
    signed_in(page, f"{served.base}/machine/operator", served.keys.operator_password)
    check(page)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_every_page_of_a_wallet(served, person, path):
    payer = person()
    payer.page.goto(served.base + path)
    check_wallet(payer.page)


@pytest.mark.parametrize("motor", ["dropped", "jammed", "unsure"])
def test_a_payment_from_the_pin_to_its_end(served, person, motor):
    payer = person()
    order = served.press(served.machine(motor=motor))
    payer.types_code(served.code(order))
    payer.page.locator("#confirm").wait_for()
    check_wallet(payer.page)
    payer.confirms("000000")
    payer.page.locator("#pin-says", has_text="tries left").wait_for()
    check_wallet(payer.page)
    payer.confirms()
    payer.sees({"dropped": "dropped", "jammed": "returned", "unsure": "unsure"}[motor])
    check_wallet(payer.page)


def scanned_by_a_till(served, payer, price_minor):
    """A machine of this test's own reads the code that a wallet shows."""
    machine = f"till-{payer.wallet}"
    slots = [{"slot": "A1", "product": "Cola", "price_minor": price_minor, "stock": 5}]
    asked = {"id": machine, "takes": "at_once", "currency": "CNY", "speaks": "wechat_v3"}
    served.ask("/_world/machines", {**asked, "slots": slots})
    served.press(machine)
    shown = served.ask(f"/_world/wallets/{payer.wallet}/payment-code")
    served.ask(f"/_world/machines/{machine}/scan", {"auth_code": shown["auth_code"]})


def shows_code(served, payer):
    payer.page.goto(f"{served.base}/wallet/code")
    payer.page.locator('#payment-code[data-shown="ready"]').wait_for()


def test_a_payment_code_from_the_first_look_to_the_receipt(served, person):
    """In the dark and in the light at both sizes: a code must be read off any of them."""
    payer = person()
    shows_code(served, payer)
    check_wallet(payer.page, EVERY_LOOK)
    scanned_by_a_till(served, payer, 350)
    payer.sees("captured")
    check_wallet(payer.page, EVERY_LOOK)


def test_a_payment_code_that_asks_for_the_pin(served, person):
    payer = person(200_000)
    shows_code(served, payer)
    scanned_by_a_till(served, payer, 120_000)
    payer.page.locator("#confirm").wait_for()
    check_wallet(payer.page)
    payer.confirms()
    payer.sees("captured")
    check_wallet(payer.page)


def test_a_refusal(served, person):
    payer = person()
    payer.types_code("https://example.com/")
    payer.sees("refused")
    check_wallet(payer.page)


def test_the_phone_on_the_stage_fits_without_scrolling(served, person):
    """275 by 500 pixels are what the stage has for it."""
    payer = person()
    order = served.press(served.machine())
    page = payer.page
    for path in ("/wallet/", "/wallet/scan", "/wallet/new", "/wallet/code"):
        page.goto(f"{served.base}{path}?stage=1")
        check_fits(page)
    payer.scans(served.code(order))
    page.locator("#confirm").wait_for()
    page.goto(f"{page.url}?stage=1")
    check_fits(page)
    payer.confirms()
    payer.sees("dropped")
    check_fits(page)


def check_fits(page):
    check_wallet(page, [ON_THE_STAGE])
    assert page.locator("header.top").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    last = page.locator(".screen .button:visible").last
    box = last.bounding_box()
    assert box["y"] + box["height"] <= 500
