"""How the three languages are written: what makes no difference, and what keywords they have."""

from __future__ import annotations

import re
import unicodedata

LANGUAGES = ("en", "zh-CN", "fr")
NATIVE = {"en": "English", "zh-CN": "简体中文", "fr": "Français"}
HAN = r"\u3400-\u9fff"
"""Chinese characters, inside a character class."""
_WIDE = HAN + r"\u3000-\u303f\uff00-\uffef"
_NEXT_TO_WIDE = re.compile(rf"(?<=[{_WIDE}]) +| +(?=[{_WIDE}])")
_QUOTED = re.compile("« ?| ?»")
_SAME = str.maketrans({"“": '"', "”": '"', "’": "'", "，": ",", "：": ":"})  # noqa: RUF001
_SPACES = re.compile(r"[ \t\u00a0\u202f\u3000]+")
_SEAM = re.compile(rf"(?<=[{HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{HAN}])")
_VOWELS = tuple("aàâeéèêëiîïoôuùûhyAÀÂEÉÈÊËIÎÏOÔUÙÛHY")
SCENARIO = {"en": "Scenario", "zh-CN": "场景", "fr": "Scénario"}
"""The word before a scenario's name."""
_KEYWORDS = {
    "en": {"given": "Given", "when": "When", "then": "Then"},
    "zh-CN": {"given": "假如", "when": "当", "then": "那么"},
    "fr": {"given": "Étant donné", "when": "Quand", "then": "Alors"},
}


def plain(text: str) -> str:
    """A text without what makes no difference: shapes of quotes, spaces beside Chinese."""
    spaced = _SPACES.sub(" ", text.strip())
    return _QUOTED.sub('"', _NEXT_TO_WIDE.sub("", spaced)).translate(_SAME)


def spaced(text: str) -> str:
    """A text with a space wherever Chinese meets Latin letters or digits, as people write it."""
    return _SEAM.sub(" ", text)


def wide(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def opened(keyword: str, text: str, language: str, *, noun: bool = False) -> str:
    """A sentence behind its keyword: ``Given``, ``When`` or ``Then`` in that language.

    Args:
        keyword: ``given``, ``when`` or ``then``.
        text: The sentence.
        language: One of ours.
        noun: It names a thing and has no verb of its own.
    """
    word = _KEYWORDS[language][keyword]
    if language == "fr" and keyword == "given":
        if noun:
            return f"Soit {text}"
        return f"{word} qu'{text}" if text.startswith(_VOWELS) else f"{word} que {text}"
    return f"{word} {text}"


def ours(language: str) -> str:
    """The language to answer in: the one asked for where it is ours, else English."""
    return language if language in LANGUAGES else LANGUAGES[0]
