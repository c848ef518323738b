"""Reads QR codes out of pictures and camera frames. Text comes out, or a clear refusal.

A picture's kind and size are judged by its header, before a single pixel is decoded.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from vendor_sim.kernel.limits import (
    CODE_CHARS_MAX,
    FRAME_PIXELS_MAX,
    FRAME_SIDE_MIN,
    PICTURE_BYTES_MAX,
    PICTURE_PIXELS_MAX,
    PICTURE_SIDE_MAX,
)
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import qr

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("PNG", "JPEG", "WEBP")
_WHOLE_MAX = 2_000
"""Longest side of the first look: a code that fills less than a hundredth of it is not aimed at."""
_SMALL_MAX, _TINY_MAX = 900, 700
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError)
_TOO_BIG = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def read_frame(raw: bytes, width: int, height: int) -> str:
    """The text of the code in one grey camera frame.

    Args:
        raw: One byte a pixel, row by row, ``width * height`` of them.
        width: In pixels.
        height: In pixels.

    Raises:
        Refused: ``invalid`` (the sizes do not fit, or there is no code), ``too_large``.
    """
    if min(width, height) < FRAME_SIDE_MIN:
        raise Refused(
            Code.INVALID, f"a frame has {FRAME_SIDE_MIN} pixels a side or more", "X-Width"
        )
    if width * height > FRAME_PIXELS_MAX or max(width, height) > PICTURE_SIDE_MAX:
        raise Refused(Code.TOO_LARGE, f"a frame has at most {FRAME_PIXELS_MAX} pixels", "X-Width")
    if len(raw) != width * height:
        raise Refused(
            Code.INVALID, f"{width} by {height} grey pixels are {width * height} bytes", "body"
        )
    return _found(_read(memoryview(raw).cast("B", (height, width))))


def read_picture(raw: bytes) -> str:
    """The text of the code in a PNG, JPEG or WebP picture.

    Raises:
        Refused: ``too_large`` (bytes or pixels), ``malformed`` (no such picture), ``invalid``
            (there is no code in it).
    """
    if len(raw) > PICTURE_BYTES_MAX:
        raise Refused(Code.TOO_LARGE, f"a picture has at most {PICTURE_BYTES_MAX} bytes", "picture")
    try:
        grey = _grey(_open(raw))
    except _TOO_BIG:
        raise _too_many_pixels() from None
    except _BROKEN:
        raise Refused(
            Code.MALFORMED, "that is no whole PNG, JPEG or WebP picture", "picture"
        ) from None
    texts = next((texts for look in _looks(grey) if (texts := _read(_buffer(look)))), [])
    return _found(texts)


def _open(raw: bytes) -> Image.Image:
    """The picture's header; no pixel is decoded yet."""
    image = Image.open(io.BytesIO(raw), formats=KINDS)
    if image.width * image.height > PICTURE_PIXELS_MAX or max(image.size) > PICTURE_SIDE_MAX:
        raise _too_many_pixels()
    if min(image.size) < FRAME_SIDE_MIN:
        raise _no_code()
    return image


def _too_many_pixels() -> Refused:
    return Refused(Code.TOO_LARGE, f"a picture has at most {PICTURE_PIXELS_MAX} pixels", "picture")


def _no_code() -> Refused:
    return Refused(Code.INVALID, "there is no QR code in it", "picture")


def _grey(image: Image.Image) -> Image.Image:
    if image.format == "JPEG":
        image.draft("L", (_WHOLE_MAX, _WHOLE_MAX))  # decodes faster where it is far larger
    if image.mode.startswith("I"):  # 16 bits a pixel; "L" would cut off, not scale
        return image.point(lambda level: level / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("L")
    return image.convert("L")


def _looks(grey: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then as it may be read better: easy and cheap ones first."""
    whole = _within(grey, _WHOLE_MAX)
    yield whole
    if whole.size != grey.size:
        yield grey
    even = ImageOps.autocontrast(whole, cutoff=2)
    yield even
    yield _within(even, _SMALL_MAX)
    yield even.filter(ImageFilter.GaussianBlur(2))
    yield even.filter(ImageFilter.UnsharpMask(radius=4, percent=250))
    if max(even.size) <= _TINY_MAX:
        yield even.resize((even.width * 3, even.height * 3), Image.Resampling.BICUBIC)
    for box in _parts(even):
        part = ImageOps.autocontrast(even.crop(box), cutoff=2)
        yield part.resize((part.width * 2, part.height * 2), Image.Resampling.BICUBIC)


def _within(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    return ImageOps.contain(image, (longest, longest), Image.Resampling.BOX)


def _parts(image: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """Nine overlapping parts, the middle one first: a small code in a large picture."""
    width, height = image.width // 2, image.height // 2
    for y in (1, 0, 2):
        for x in (1, 0, 2):
            left, top = x * width // 2, y * height // 2
            yield left, top, left + width, top + height


def _buffer(image: Image.Image) -> memoryview:
    return memoryview(image.tobytes()).cast("B", (image.height, image.width))


def _read(pixels: memoryview) -> list[str]:
    found = zxingcpp.read_barcodes(
        pixels,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [one.text.replace("\0", "\N{REPLACEMENT CHARACTER}") for one in found if one.valid]


def _found(texts: list[str]) -> str:
    """One of ours before any other: a sticker beside the screen must not win."""
    if not texts:
        raise _no_code()
    ours = (text for text in texts if isinstance(qr.decode(text), qr.PaymentCode))
    return next(ours, texts[0])[: CODE_CHARS_MAX + 1]
