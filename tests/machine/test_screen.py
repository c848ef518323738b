"""What the screen draws can be read by a camera, and what it says fits what happened."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import product

import pytest
import zxingcpp
from PIL import Image

from tests.machine.facts import BASE, FACTS
from vendor_sim.machine import screen
from vendor_sim.machine.domain import Desk, Drop, money_of
from vendor_sim.machine.domain import OrderState as S
from vendor_sim.machine.domain import Standing as P

CODE = "http://192.168.1.20:8000/wallet/p/abcdefghjkmnpqrstuvwxyz2"


def read(image):
    return [
        one.text for one in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


def picture_of(svg):
    """A picture painted from the path by hand, ten pixels a module."""
    size = int(re.search(rb'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (size * 10, size * 10), 255)
    path = re.search(rb'<path d="([^"]+)"', svg)[1]
    for x, y, length in re.findall(rb"M(\d+) (\d+)h(\d+)", path):
        box = (int(x) * 10, int(y) * 10, (int(x) + int(length)) * 10, int(y) * 10 + 10)
        image.paste(0, box)
    return image, size


def test_the_svg_says_the_code():
    image, _ = picture_of(screen.draw_svg(CODE))
    assert read(image) == [CODE]


def test_the_png_says_the_code_also_small_turned_and_dim():
    image = Image.open(io.BytesIO(screen.draw_png(CODE))).convert("L")
    assert read(image) == [CODE]
    filmed = image.resize((150, 150)).rotate(17, expand=True, fillcolor=255)
    assert read(filmed.point(lambda light: 60 + light // 4)) == [CODE]


def test_a_tenth_of_the_screen_may_be_dirty():
    image = Image.open(io.BytesIO(screen.draw_png(CODE))).convert("L")
    width, height = image.size
    image.paste(255, (width // 2, height // 2, width // 2 + width // 7, height // 2 + height // 7))
    assert read(image) == [CODE]


def test_four_quiet_modules_stand_around_the_code():
    image, size = picture_of(screen.draw_svg(CODE))
    assert image.point(lambda light: 255 - light).getbbox() == (
        40,
        40,
        size * 10 - 40,
        size * 10 - 40,
    )


def test_a_code_is_drawn_once_however_often_the_screen_asks():
    assert screen.draw_svg(CODE) is screen.draw_svg(CODE)
    assert screen.draw_png(CODE) is screen.draw_png(CODE)


@pytest.mark.parametrize(
    ("name", "art"),
    [("Jasmine tea", "jasmine-tea"), (" Crème 7-Up! ", "cr-me-7-up"), ("茶", "can")],
)
def test_a_product_has_a_drawing(name, art):
    assert screen.art_of(name) == art


KEYS = [
    ({"state": S.OPENING}, "opening"),
    ({"state": S.AWAITING_PAYMENT}, "scan"),
    ({"state": S.AWAITING_PAYMENT, "attempt_state": "declined"}, "scan_declined"),
    ({"state": S.AWAITING_PAYMENT, "attempt_state": "failed"}, "scan_failed"),
    ({"state": S.AWAITING_PAYMENT, "presented": "13", "charges": 1}, "charge_sending"),
    ({"state": S.AWAITING_PAYMENT, "charges": 1}, "charge_asked"),
    ({"state": S.AWAITING_PAYMENT, "charges": 1, "attempt_state": "failed"}, "charge_failed"),
    ({"state": S.PAID}, "paid"),
    ({"state": S.RELEASING}, "releasing"),
    ({"state": S.RELEASED, "standing": P.TAKEN}, "released"),
    (
        {"state": S.NOT_RELEASED, "drop": Drop.JAMMED, "standing": P.HELD},
        "jammed_returning",
    ),
    (
        {"state": S.NOT_RELEASED, "drop": Drop.EMPTY, "standing": P.VOIDED},
        "empty_returned",
    ),
    ({"state": S.NOT_RELEASED, "standing": P.VOIDED}, "too_late_returned"),
    ({"state": S.UNSURE, "standing": P.HELD}, "unsure"),
    ({"state": S.UNSURE, "desk": Desk.RELEASED}, "unsure_released"),
    (
        {"state": S.UNSURE, "desk": Desk.UNDECIDED, "standing": P.HELD},
        "unsure_returning",
    ),
    ({"state": S.CANCELLED}, "cancelled"),
    ({"state": S.CANCELLED, "standing": P.HELD}, "cancelled_returning"),
    ({"state": S.EXPIRED, "standing": P.VOIDED}, "expired_returned"),
    ({"state": S.REFUSED}, "refused"),
]


@pytest.mark.parametrize(("facts", "key"), KEYS)
def test_the_display_says_what_happened(facts, key):
    assert screen.message_key(replace(BASE, **facts), reachable=True) == key


def test_without_an_order_it_invites_or_is_out_of_service():
    assert screen.message_key(None, reachable=True) == "idle"
    assert screen.message_key(None, reachable=False) == "out_of_service"


def test_it_has_a_sentence_for_any_facts_and_never_hides_where_money_goes():
    for order, drop in product(FACTS, [None, Drop.JAMMED, Drop.EMPTY]):
        key = screen.message_key(replace(order, drop=drop), reachable=True)
        if money_of(order) == "returning":
            assert key.endswith("_returning")
