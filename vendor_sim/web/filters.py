"""How amounts and instants are written on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.money import Money, currency_of, major_text

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Add the filters ``money``, ``major`` and ``when``."""
    app.jinja_env.filters.update(money=money, major=major, when=when)


def money(minor: int, currency: str) -> str:
    """Write minor units with their symbol: 350 CNY is ¥3.50."""
    return str(Money(minor, currency_of(currency)))


def major(minor: int, currency: str) -> str:
    """Write minor units as a person types them into a form: 350 CNY is 3.50."""
    return major_text(minor, currency_of(currency))


def when(at_ms: int | None) -> Markup:
    """An instant as ``<time>``; the page's script writes it in the reader's own zone."""
    if at_ms is None:
        return Markup("")
    text = rfc3339(at_ms)
    shown = f"{text[:10]} {text[11:19]} UTC"
    return Markup('<time datetime="{}">{}</time>').format(text, shown)
