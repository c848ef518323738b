"""Texts that people read, looked up in the catalogue of their language."""

from __future__ import annotations

import flask_babel


def gettext(text: str, **values: object) -> str:
    """The text in the reader's language, with ``%(name)s`` filled in."""
    return str(flask_babel.gettext(text, **values))
