"""Draws the state machines in ``architecture.md`` from the tables that the code obeys.

``python docs/lives.py`` rewrites that part of the page; a test says when it has to be.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vendor_sim.machine.domain import ORDER
from vendor_sim.payments.domain.lives import INTENT, NOTICE, REFUND, Takes
from wallet.domain import PAYER_CODE, SCAN

if TYPE_CHECKING:
    from vendor_sim.kernel.lifecycle import Lifecycle

PAGE = Path(__file__).parent / "architecture.md"
BEGIN, END = "<!-- lives: begin -->\n", "<!-- lives: end -->\n"

LIVES: tuple[tuple[str, Lifecycle[Any, Any]], ...] = (
    ("An order, in the machine", ORDER),
    ("An intent that holds the money", INTENT[Takes.HOLD]),
    ("An intent that takes it at once", INTENT[Takes.AT_ONCE]),
    ("A refund", REFUND),
    ("A notice", NOTICE),
    ("A scan, in the wallet", SCAN),
    ("A payment code, in the wallet", PAYER_CODE),
)


def drawn() -> str:
    """Every life, as a heading and a diagram each."""
    return "".join(f"\n### {title}\n\n```mermaid\n{life.mermaid()}\n```\n" for title, life in LIVES)


def with_lives(page: str) -> str:
    """The page with that part replaced."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{drawn()}\n{END}{after}"


def main() -> None:
    """Rewrite the page."""
    PAGE.write_text(with_lives(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
