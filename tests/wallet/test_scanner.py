"""Reading codes: hard pictures are read, bad input is refused before it costs anything."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from tests.wallet.fakes import CODE, WECHAT
from tests.wallet.pictures import code_image, encoded
from vendor_sim.kernel.limits import (
    FRAME_PIXELS_MAX,
    PICTURE_BYTES_MAX,
    PICTURE_PIXELS_MAX,
)
from vendor_sim.kernel.problems import Code, Refused
from wallet import scanner

EASY = code_image(CODE)


def refusal(call, *given):
    with pytest.raises(Refused) as caught:
        call(*given)
    return caught.value.problem.code


# -- frames -----------------------------------------------------------------------------------
def test_a_grey_frame_is_read():
    frame = Image.new("L", (640, 480), 90)
    frame.paste(EASY.resize((200, 200)), (250, 140))
    assert scanner.read_frame(frame.tobytes(), 640, 480) == CODE


@pytest.mark.parametrize(
    ("size", "width", "height", "code"),
    [
        (640 * 480, 640, 480, Code.INVALID),  # nothing in it
        (640 * 480 - 1, 640, 480, Code.INVALID),
        (0, 640, 480, Code.INVALID),
        (400, 20, 20, Code.INVALID),
        (0, 0, 0, Code.INVALID),
        (1, FRAME_PIXELS_MAX, 22, Code.TOO_LARGE),
        (21 * 99_999, 21, 99_999, Code.TOO_LARGE),  # few pixels, but none reads such a side
        (21 * 99_999, 99_999, 21, Code.TOO_LARGE),
    ],
)
def test_a_frame_that_is_none_is_refused(size, width, height, code):
    assert refusal(scanner.read_frame, bytes(size), width, height) is code


# -- pictures ---------------------------------------------------------------------------------
def transparent():
    image = Image.new("RGBA", EASY.size, (0, 0, 0, 0))
    image.paste("black", mask=ImageOps.invert(EASY))
    return image


def deep():
    return Image.frombytes(
        "I;16", EASY.size, b"".join(struct.pack("<H", 20_000 + p * 100) for p in EASY.tobytes())
    )


PICTURES = {
    "png": encoded(EASY),
    "jpeg": encoded(EASY, "JPEG", quality=30),
    "webp": encoded(EASY.convert("RGB"), "WEBP", lossless=True),
    "one bit": encoded(EASY.convert("1")),
    "palette": encoded(EASY.convert("P")),
    "transparent": encoded(transparent()),
    "grey with alpha": encoded(transparent().convert("LA")),
    "sixteen bits": encoded(deep()),
    "cmyk": encoded(EASY.convert("CMYK"), "JPEG"),
    "inverted": encoded(ImageOps.invert(EASY)),
    "mirrored": encoded(ImageOps.mirror(EASY)),
    "upside down": encoded(EASY.rotate(180)),
    "askew": encoded(EASY.rotate(23, expand=True, fillcolor=255, resample=Image.BICUBIC)),
    "faint": encoded(EASY.point(lambda level: 100 + level // 12)),
    "tiny": encoded(code_image(CODE, 2)),
    "blurred": encoded(code_image(CODE, 10).filter(ImageFilter.GaussianBlur(5))),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_read(name):
    assert scanner.read_picture(PICTURES[name]) == CODE


def test_a_small_code_in_a_photograph_is_read():
    photo = Image.effect_noise((3000, 4000), 40)
    photo.paste(EASY.resize((320, 320)), (2100, 700))
    assert scanner.read_picture(encoded(photo.convert("RGB"), "JPEG", quality=70)) == CODE


def test_a_very_small_code_is_looked_for_in_the_whole_picture():
    photo = Image.new("L", (4_000, 5_000), 120)
    photo.paste(code_image(CODE, 2), (3_400, 4_600))
    assert scanner.read_picture(encoded(photo)) == CODE


@pytest.mark.parametrize(
    ("ours", "sticker"), [((0, 0), (1, 0)), ((1, 0), (0, 0)), ((0, 1), (0, 0))]
)
def test_a_code_of_ours_wins_over_a_sticker_beside_it(ours, sticker):
    side = EASY.width
    both = Image.new("L", (side * 2, side * 2), 255)
    both.paste(code_image("https://example.org/win").resize(EASY.size), [side * n for n in sticker])
    both.paste(EASY, [side * n for n in ours])
    assert scanner.read_picture(encoded(both)) == CODE


def test_a_v3_merchants_code_wins_over_a_sticker_of_wechat():
    side = EASY.width
    both = Image.new("L", (side * 2, side), 255)
    both.paste(code_image("weixin://wxpay/bizpayurl?pr=p4lpSuKzz").resize(EASY.size), (0, 0))
    both.paste(code_image(WECHAT).resize(EASY.size), (side, 0))
    assert scanner.read_picture(encoded(both)) == WECHAT


def test_line_feeds_in_a_code_stay_line_feeds():
    """A European credit transfer is told by its lines."""
    text = "BCD\n002\n1\nSCT\n\nName\nDE02120300000000202051\nEUR1\n"
    assert scanner.read_picture(encoded(code_image(text))) == text


def test_other_signs_that_nobody_sees_are_not_spelled_out():
    assert scanner.read_picture(encoded(code_image("a\x1db"))) == "a\x1db"


def test_nul_and_endless_texts_do_not_get_further():
    assert "\0" not in scanner.read_picture(encoded(code_image("a\0b")))
    assert len(scanner.read_picture(encoded(code_image("x" * 2_000, 3)))) <= 1_025


# -- what is no picture -----------------------------------------------------------------------
def header_of_png(width, height):
    """A PNG that claims a size and holds no pixel."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.MALFORMED),
        (b"GIF89a not really", Code.MALFORMED),
        (b"<svg/>", Code.MALFORMED),
        (PICTURES["png"][:200], Code.MALFORMED),
        (PICTURES["jpeg"][:300], Code.MALFORMED),
        (PICTURES["webp"][:60], Code.MALFORMED),
        (encoded(EASY.convert("RGB"), "BMP"), Code.MALFORMED),
        (encoded(EASY.convert("P"), "GIF"), Code.MALFORMED),
        (header_of_png(50, 50), Code.MALFORMED),
        (header_of_png(4_899, 4_900), Code.TOO_LARGE),
        (header_of_png(12_000, 12_000), Code.TOO_LARGE),
        (header_of_png(60_000, 60_000), Code.TOO_LARGE),
        (header_of_png(70_000, 21), Code.TOO_LARGE),
        (bytes(PICTURE_BYTES_MAX + 1), Code.TOO_LARGE),
        (encoded(Image.new("L", (300, 300), 200)), Code.INVALID),
        (encoded(Image.new("L", (3_000, 300), 200)), Code.INVALID),
        (encoded(Image.new("L", (1, 1), 200)), Code.INVALID),
        (encoded(Image.new("L", (3_000, 1), 200)), Code.INVALID),
        (encoded(Image.new("L", (1, 3_000), 200)), Code.INVALID),
        (encoded(Image.new("L", (21, 16_384), 200)), Code.INVALID),
    ],
)
def test_what_is_no_picture_of_a_code_is_refused(raw, code):
    assert refusal(scanner.read_picture, raw) is code


def test_a_bomb_is_refused_by_its_header(monkeypatch):
    """No pixel is decoded of a picture that is too large."""
    monkeypatch.setattr(Image.Image, "load", None)
    assert PICTURE_PIXELS_MAX < 4_899 * 4_900
    assert refusal(scanner.read_picture, header_of_png(4_899, 4_900)) is Code.TOO_LARGE


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(data):
    raw = bytearray(PICTURES[data.draw(st.sampled_from(["png", "jpeg", "webp"]))])
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        text = scanner.read_picture(bytes(raw))
    except Refused:
        return
    assert isinstance(text, str)
