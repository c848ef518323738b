"""What a customer's browser gets from a machine."""

from __future__ import annotations

import io
import json
import re

import pytest
import zxingcpp
from PIL import Image

from tests.machine.acts import unsure
from tests.machine.conftest import Rig, seed
from vendor_sim.kernel.limits import DISPLAY_MS
from vendor_sim.machine.assembly import SlotSeed

STATE = "/machine/lobby/state.json"


@pytest.fixture
def browser(rig):
    """A browser that has the machine's page open, and with it the page's token."""
    client = rig.app.test_client()
    page = client.get("/machine/lobby").text
    client.token = re.search(r'data-csrf="([^"]+)"', page)[1]
    return client


def post(browser, path, body, token=None):
    headers = {"X-CSRF-Token": browser.token if token is None else token}
    return browser.post(f"/machine/lobby/{path}", data=json.dumps(body), headers=headers)


def refusal(answer):
    return answer.status_code, answer.json["error"]["code"]


def test_the_list_of_machines_leads_to_each(rig):
    page = rig.app.test_client().get("/machine/").text
    assert "Lobby machine" in page
    assert 'href="/machine/lobby"' in page


def test_a_machine_s_page_stands_alone_or_is_embedded_on_the_stage(rig):
    client = rig.app.test_client()
    assert "Lobby machine" in client.get("/machine/lobby").text
    assert "embedded" not in client.get("/machine/lobby").text
    assert "embedded" in client.get("/machine/lobby?stage=1").text


def test_the_state_of_an_idle_machine(rig):
    assert rig.app.test_client().get(STATE).json == {
        "machine": {
            "id": "lobby",
            "name": "Lobby machine",
            "takes": "hold",
            "currency": "CNY",
            "scanner": False,
        },
        "slots": [
            {
                "slot": "B4",
                "product": "Cola",
                "price_minor": 350,
                "price": "¥3.50",
                "stock": 5,
                "available": 5,
                "art": "cola",
                "last_drop": None,
            },
            {
                "slot": "C4",
                "product": "Still water",
                "price_minor": 200,
                "price": "¥2.00",
                "stock": 0,
                "available": 0,
                "art": "still-water",
                "last_drop": None,
            },
        ],
        "order": None,
        "ready": {"ok": True, "why": None},
        "message_key": "idle",
        "now_ms": rig.clock.now_ms(),
        "rate": 0.0,
    }


def test_a_press_leads_to_a_code_that_can_be_scanned(rig, browser):
    answer = post(browser, "press", {"slot": "B4"})
    assert answer.status_code == 202
    order_id = answer.json["order"]
    rig.run()
    state = browser.get(STATE).json
    order = state["order"]
    assert order["id"] == order_id
    assert (order["amount"], order["message_key"], order["attempt"]) == ("¥3.50", "scan", None)
    assert order["pay_until_ms"] == rig.clock.now_ms() + 120_000
    assert state["ready"] == {"ok": False, "why": "busy"}
    svg = browser.get(order["qr_svg_url"])
    assert (svg.status_code, svg.mimetype) == (200, "image/svg+xml")
    png = browser.get("/machine/lobby/qr.png")
    assert png.mimetype == "image/png"
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.data)).convert("L"))
    assert code.text == order["code"]


def test_there_is_no_code_before_and_after(rig, browser):
    for path in ("qr.svg", "qr.png"):
        assert browser.get(f"/machine/lobby/{path}").status_code == 404
    rig.buy()
    assert browser.get("/machine/lobby/qr.svg").status_code == 200
    post(browser, "cancel", {})
    assert browser.get("/machine/lobby/qr.svg").status_code == 404
    assert browser.get(STATE).json["order"]["qr_svg_url"] is None


def test_an_attempt_that_failed_is_shown(rig, browser):
    order_id = rig.buy()
    rig.platform.attempt(order_id, "failed", "insufficient_funds")
    rig.deliver()
    order = browser.get(STATE).json["order"]
    assert order["attempt"] == {"state": "failed", "reason": "insufficient_funds"}
    assert order["message_key"] == "scan_failed"


def test_while_the_motor_turns_the_machine_is_not_ready(rig, browser):
    rig.platform.pay(rig.buy())
    rig.run(1_000)
    assert browser.get(STATE).json["ready"] == {"ok": False, "why": "motor"}
    rig.run(1_000)
    assert browser.get(STATE).json["ready"] == {"ok": True, "why": None}


def test_without_its_platform_the_machine_says_out_of_service(rig, browser):
    rig.cut_off()
    rig.service.press("lobby", "B4")
    rig.run(15_000)
    rig.clock.advance_to(rig.clock.now_ms() + DISPLAY_MS)
    state = browser.get(STATE).json
    assert state["ready"] == {"ok": False, "why": "ledger"}
    assert (state["order"], state["message_key"]) == (None, "out_of_service")
    answer = post(browser, "press", {"slot": "B4"})
    assert refusal(answer) == (409, "not_ready")


def test_an_unsure_order_says_until_when_the_desk_may_speak(rig, browser):
    unsure(rig)
    order = browser.get(STATE).json["order"]
    until_ms = rig.service.front("lobby").order.hold_until_ms
    assert (order["unsure_until_ms"], order["desk"]) == (until_ms, None)


def test_the_end_of_an_order_leaves_the_display_after_a_while(rig, browser):
    rig.buy()
    rig.service.cancel("lobby")
    rig.run(DISPLAY_MS - 1)
    assert browser.get(STATE).json["order"]["state"] == "cancelled"
    rig.run(1)
    assert browser.get(STATE).json["order"] is None


@pytest.mark.parametrize(("currency", "text"), [("JPY", "¥150"), ("KWD", "KD\xa00.150")])
def test_prices_are_written_as_their_currency_is(currency, text):
    rig = Rig(seed(currency=currency, slots=(SlotSeed("A1", "Tea", 150, 1),)))
    assert rig.app.test_client().get(STATE).json["slots"][0]["price"] == text
    rig.close()


REFUSED = [
    ("press", {"slot": "Z9"}, 404, "unknown_slot"),
    ("press", {"slot": "C4"}, 409, "sold_out"),
    ("press", {"slot": 4}, 422, "invalid"),
    ("press", {"slot": "B4", "now": True}, 422, "invalid"),
    ("press", {}, 422, "invalid"),
    ("press", [], 400, "malformed"),
    ("cancel", {}, 409, "wrong_state"),
    ("cancel", {"order": "x"}, 422, "invalid"),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), REFUSED)
def test_a_wrong_press_is_refused_in_the_one_shape(browser, path, body, status, code):
    answer = post(browser, path, body)
    assert refusal(answer) == (status, code)


def test_a_second_press_is_told_that_the_machine_is_busy(browser):
    post(browser, "press", {"slot": "B4"})
    answer = post(browser, "press", {"slot": "B4"})
    assert refusal(answer) == (409, "busy")


@pytest.mark.parametrize("path", ["press", "cancel"])
def test_other_sites_cannot_press(browser, path):
    assert post(browser, path, {"slot": "B4"}, token="").status_code == 403
    assert post(browser, path, {"slot": "B4"}, token="guess").status_code == 403


@pytest.mark.parametrize("path", ["", "/state.json", "/events", "/qr.svg", "/qr.png"])
def test_what_is_not_there_is_not_found(rig, path):
    for machine in ("nowhere", "%00", "%ff"):
        answer = rig.app.test_client().get(f"/machine/{machine}{path}")
        assert refusal(answer) == (404, "not_found")


def test_a_page_left_open_hears_of_its_machine(browser):
    answer = browser.get("/machine/lobby/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Vendor-Sim-Live"] == "machine:lobby"


def test_pages_load_nothing_from_outside(browser):
    answer = browser.get("/machine/lobby")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


def test_what_a_request_wrote_is_told_only_where_asked_for(rig, browser):
    assert "Vendor-Sim-Wrote" not in post(browser, "press", {"slot": "B4"}).headers
    rig.app.config["TRACE_WRITES"] = True
    wrote = post(browser, "cancel", {}).headers["Vendor-Sim-Wrote"]
    assert "update orders" in wrote


def test_a_machine_without_a_scanner_reads_no_code(browser):
    answer = post(browser, "present", {"auth_code": "130000000000000007"})
    assert refusal(answer) == (409, "wrong_state")
