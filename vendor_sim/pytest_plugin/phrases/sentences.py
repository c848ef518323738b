"""One sentence with holes like ``{price:Money}``: how it is recognised, and how it is filled."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from vendor_sim.pytest_plugin.phrases.writing import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")


class Fills(Protocol):
    """Whatever may stand in a hole."""

    def pattern(self, language: str) -> str:
        """What matches it."""
        ...

    def read(self, text: str, language: str) -> Any:
        """What was meant."""
        ...


class Sentence:
    """A sentence of one language.

    Args:
        text: As the table has it.
        language: In which language it is.
        kinds: What may stand in holes, by the name behind the colon.

    Attributes:
        holes: Their names and kinds, in order.
        weight: How many letters stand outside of them.
    """

    def __init__(self, text: str, language: str, kinds: Mapping[str, Fills]) -> None:
        self.text = text
        self.holes = tuple((name, kind or "") for name, kind in _HOLE.findall(text))
        self._language = language
        self._kinds = kinds
        self._plain = plain(text)
        literal = _HOLE.sub("\n", self._plain).split("\n")
        self.weight = sum(map(len, literal))
        self._longest = max(literal, key=len)

    def match(self, said: str) -> dict[str, Any] | None:
        """What stands in the holes, where a plain text is this sentence."""
        if self._longest not in said:
            return None  # most sentences are not it, and then nothing is compiled
        found = self._pattern.fullmatch(said)
        if found is None:
            return None
        kinds = dict(self.holes)
        return {
            name: self._kinds[kinds[name]].read(text, self._language)
            for name, text in found.groupdict().items()
        }

    def fill(self, value: Callable[[str, str], str]) -> str:
        """The sentence with something in each hole.

        Args:
            value: Given a hole's name and kind, what stands there.
        """
        return _HOLE.sub(lambda hole: value(hole[1], hole[2] or ""), self.text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts, at = [], 0
        for hole in _HOLE.finditer(self._plain):
            parts.append(re.escape(self._plain[at : hole.start()]))
            parts.append(f"(?P<{hole[1]}>{self._kinds[hole[2] or ''].pattern(self._language)})")
            at = hole.end()
        return re.compile("".join([*parts, re.escape(self._plain[at:])]))
