"""Bar code and QR code of a payment code, as SVG that any scanner reads off a screen.

Dark on white whatever the page around them looks like, with the quiet zones the symbologies ask
for: ten modules beside a bar code (ISO/IEC 15417), four around a QR code (ISO/IEC 18004).
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

_BARS_TALL = 36
_HALF_GREY = 128


def bars(digits: str) -> Markup:
    """Draw digits as a Code 128: pairs of digits, so 18 of them are 134 modules wide.

    Args:
        digits: An even number of them is shortest.
    """
    row = _modules(digits, "Code128")[0]
    path = "".join(f"M{start} 0h{length}v{_BARS_TALL}h-{length}z" for start, length in _runs(row))
    return _svg(len(row), _BARS_TALL, path, "bars")


def matrix(digits: str) -> Markup:
    """Draw digits as a QR code."""
    rows = _modules(digits, "QRCode")
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return _svg(len(rows[0]), len(rows), path, "matrix")


def grouped(digits: str) -> list[str]:
    """Digits in fours, as people read them aloud: 4-4-4-4-2."""
    return [digits[start : start + 4] for start in range(0, len(digits), 4)]


def _modules(digits: str, kind: str) -> list[list[bool]]:
    """Rows of modules, dark ones true, with the quiet zone."""
    import zxingcpp  # noqa: PLC0415 - when the first code is shown: not at every start

    code = zxingcpp.create_barcode(digits, getattr(zxingcpp.BarcodeFormat, kind))
    image: Any = code.to_image(scale=1, add_quiet_zones=True)  # a buffer, though its type hides it
    rows: Any = memoryview(image).tolist()
    return [[level < _HALF_GREY for level in row] for row in rows]


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each run of dark modules starts, and how long it is."""
    runs, at = [], 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            runs.append((at, length))
        at += length
    return runs


def _svg(width: int, height: int, path: str, kind: str) -> Markup:
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
    ).format(kind, width, height, width, height, path)
