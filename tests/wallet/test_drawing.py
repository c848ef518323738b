"""What a till sees: bars and squares that a reader reads, as they are drawn."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from wallet.app import drawing

DIGITS = "130061098828009406"
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z")
_SCALE = 3


def pixels(svg):
    """The drawing as a browser would paint it, three pixels a unit."""
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    image = Image.new("L", (width * _SCALE, height * _SCALE), "white")
    pen = ImageDraw.Draw(image)
    for run in _RUN.findall(svg.split('fill="#000"')[1]):
        x, y, w, h = (int(part) * _SCALE for part in run)
        pen.rectangle((x, y, x + w - 1, y + h - 1), fill="black")
    return image


@pytest.mark.parametrize(
    ("draw", "kind"),
    [(drawing.bars, "Code 128"), (drawing.matrix, "QR Code")],
)
@pytest.mark.parametrize("digits", [DIGITS, "100000000000000000", "159999999999999999"])
def test_a_reader_reads_what_is_drawn(draw, kind, digits):
    image = pixels(draw(digits))
    found = zxingcpp.read_barcode(memoryview(image.tobytes()).cast("B", image.size[::-1]))
    assert (found.text, str(found.format)) == (digits, kind)


@pytest.mark.parametrize(
    ("draw", "modules", "quiet"), [(drawing.bars, 134, 10), (drawing.matrix, 21, 4)]
)
def test_there_is_quiet_beside_it(draw, modules, quiet):
    image = pixels(draw(DIGITS))
    left, _, right, _ = image.point(lambda level: 255 - level).getbbox()
    assert (left, right - left, image.width - right) == (
        quiet * _SCALE,
        modules * _SCALE,
        quiet * _SCALE,
    )


@pytest.mark.parametrize("draw", [drawing.bars, drawing.matrix])
def test_a_drawing_has_no_style_and_no_words_of_its_own(draw):
    svg = draw(DIGITS)
    assert "style" not in svg
    assert DIGITS not in svg
    assert 'aria-hidden="true"' in svg


def test_digits_are_read_in_fours():
    assert drawing.grouped(DIGITS) == ["1300", "6109", "8828", "0094", "06"]
