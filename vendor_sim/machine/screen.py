"""The machine's screen: the code it draws, and what it says, as keys of sentences.

A camera films this code off a glowing, dusty, tilted screen: 15 % of it may be unreadable (level
M; a higher level makes smaller modules, which a camera minds more than dirt), and the quiet zone
is the four modules of ISO/IEC 18004. Dark on white, whatever the page around it looks like.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from vendor_sim.machine.domain import (
    Desk,
    Drop,
    Order,
    OrderMoney,
    OrderState,
    charge_of,
    money_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qrcode import QRCode
    from qrcode.image.base import BaseImage

_QUIET_MODULES = 4
_PNG_MODULE_PX = 10
_CODES_KEPT = 64
_NO_SLUG = re.compile(r"[^a-z0-9]+", re.ASCII)


def _code(text: str) -> QRCode[BaseImage]:
    # Imported when a screen first asks: it is a twentieth of a second of every start otherwise.
    import qrcode  # noqa: PLC0415
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.image.pil import PilImage  # noqa: PLC0415

    code: QRCode[BaseImage] = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M,
        border=_QUIET_MODULES,
        box_size=_PNG_MODULE_PX,
        image_factory=PilImage,
    )
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code


@lru_cache(maxsize=_CODES_KEPT)
def draw_svg(text: str) -> bytes:
    """Draw a code as SVG: one path, one run of dark modules after the other.

    Args:
        text: What the code says.
    """
    rows = _code(text).get_matrix()
    size = len(rows)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{path}"/></svg>'
    ).encode()


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


@lru_cache(maxsize=_CODES_KEPT)
def draw_png(text: str) -> bytes:
    """Draw a code as PNG, ten pixels a module.

    Args:
        text: What the code says.
    """
    sink = io.BytesIO()
    _code(text).make_image().save(sink)
    return sink.getvalue()


def art_of(product: str) -> str:
    """Which drawing a product has: a slug of its name, ``can`` where nothing is left of it."""
    return _NO_SLUG.sub("-", product.lower()).strip("-") or "can"


_ENDED = {
    OrderState.RELEASED: "released",
    OrderState.CANCELLED: "cancelled",
    OrderState.EXPIRED: "expired",
    OrderState.REFUSED: "refused",
}
_RUNNING = {
    OrderState.OPENING: "opening",
    OrderState.PAID: "paid",
    OrderState.RELEASING: "releasing",
}
_STAYED = {None: "too_late", Drop.JAMMED: "jammed", Drop.EMPTY: "empty"}
_GIVEN_BACK = frozenset({OrderMoney.RETURNING, OrderMoney.RETURNED})
_ATTEMPTS = {None: "scan", "declined": "scan_declined", "failed": "scan_failed"}


def message_key(order: Order | None, *, reachable: bool) -> str:
    """Which sentence the display shows; where money goes back, the key ends in where it is now.

    Args:
        order: The order on the display, None where there is none.
        reachable: Whether the platform answered when last asked.
    """
    if order is None:
        return "idle" if reachable else "out_of_service"
    if order.state in _RUNNING:
        return _RUNNING[order.state]
    if order.state is OrderState.AWAITING_PAYMENT:
        charge = charge_of(order)
        return f"charge_{charge}" if charge else _ATTEMPTS[order.attempt_state]
    if order.state is OrderState.UNSURE and order.desk is Desk.RELEASED:
        return "unsure_released"
    money = money_of(order)
    key = _ENDED.get(order.state) or _word_of_drop(order)
    return f"{key}_{money}" if money in _GIVEN_BACK else key


def _word_of_drop(order: Order) -> str:
    return "unsure" if order.state is OrderState.UNSURE else _STAYED[order.drop]
