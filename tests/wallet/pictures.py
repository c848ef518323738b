"""Pictures of QR codes for tests, easy and hard."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import qrcode

if TYPE_CHECKING:
    from PIL import Image


def code_image(text: str, box_px: int = 6) -> Image.Image:
    """A clean black-on-white picture of a code."""
    code = qrcode.QRCode(border=4, box_size=box_px)
    code.add_data(text)
    code.make()
    return code.make_image().get_image().convert("L")


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()
