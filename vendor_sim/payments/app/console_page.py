"""How a page of the console is drawn."""

from __future__ import annotations

from typing import Any

from flask import render_template


def page(name: str, *, part: str | None = None, **values: Any) -> str:
    """Draw a page.

    Args:
        name: Of its template, without folder and ending.
        part: The entry of the navigation it belongs to; its own name where none is given.
        values: What the template shows.
    """
    return render_template(f"ledger/{name}.html", here="ledger", part=part or name, **values)
