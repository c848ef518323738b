"""``vendor-sim steps``: the phrase book, printed."""

from __future__ import annotations

import sys

from vendor_sim.cli import say
from vendor_sim.pytest_plugin.phrases.book import book
from vendor_sim.pytest_plugin.phrases.page import listing
from vendor_sim.pytest_plugin.phrases.writing import LANGUAGES
from vendor_sim.serving.errors import CannotStartError

_NOT_FOUND = 1


def print_steps(language: str, find: str | None) -> int:
    """Print what features may say; 0, or 1 where nothing has the word that was looked for.

    Raises:
        CannotStartError: There is no phrase book in that language.
    """
    if language not in LANGUAGES:
        raise CannotStartError(f"--language is one of {', '.join(LANGUAGES)}, not {language}")
    told = listing(book().table, language, find)
    if told:
        sys.stdout.write(told)
        return 0
    nearest = "; ".join(book().nearest(str(find), language))
    return say.problem(f"no phrase has {find!r}. The nearest: {nearest}", _NOT_FOUND)
