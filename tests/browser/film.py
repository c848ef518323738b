"""What a camera in front of a machine would film: its code on a grey wall, held by a hand."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = (640, 480)
_WALL, _MACHINE = (124, 127, 122), (22, 64, 63)
_CODE_PX = 220
_TILTS_DEG = (3.0, 3.6, 4.2, 4.9, 4.4, 3.7, 3.1, 2.5)


def film(path: Path, code_png: bytes) -> None:
    """Write a moving picture (a plain row of JPEGs) of a code on a machine's screen."""
    code = Image.open(io.BytesIO(code_png)).convert("RGB")
    path.write_bytes(b"".join(_jpeg(_scene(code, tilt)) for tilt in _TILTS_DEG))


def film_of_nothing(path: Path) -> None:
    """Write a moving picture of the wall."""
    path.write_bytes(_jpeg(Image.new("RGB", _SIZE, _WALL)) * len(_TILTS_DEG))


def _scene(code: Image.Image, tilt_deg: float) -> Image.Image:
    screen = Image.new("RGBA", (_CODE_PX + 90, _CODE_PX + 90), _MACHINE)
    screen.paste(code.resize((_CODE_PX, _CODE_PX)), (45, 45))
    turned = screen.rotate(tilt_deg, resample=Image.Resampling.BICUBIC, expand=True)
    wall = Image.new("RGB", _SIZE, _WALL)
    left, top = (_SIZE[0] - turned.width) // 2, (_SIZE[1] - turned.height) // 2
    wall.paste(turned, (left + int(6 * tilt_deg), top), turned)
    return wall.filter(ImageFilter.GaussianBlur(0.8))


def _jpeg(picture: Image.Image) -> bytes:
    raw = io.BytesIO()
    picture.save(raw, "JPEG", quality=72)
    return raw.getvalue()
