"""Which endpoint a path names; built once, asked for each request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sim.payments.wechat.calls import Route

_PART = re.compile(r"<([a-z_]+)>")


class Routing:
    """Finds routes by dictionary, or by pattern where the path has parts of its own."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._plain: dict[str, dict[str, Route]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Route]]] = {}
        for route in routes:
            self._add(route)

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]]:
        """What a path is routed to.

        Returns:
            Routes by method, none for an unknown path; and the parts of the path they name.
        """
        plain = self._plain.get(path)
        if plain is not None:
            return plain, {}
        for pattern, by_method in self._patterns.values():
            match = pattern.fullmatch(path)
            if match is not None:
                return by_method, match.groupdict()
        return {}, {}

    def _add(self, route: Route) -> None:
        pieces = _PART.split(route.rule)
        if len(pieces) == 1:
            self._plain.setdefault(route.rule, {})[route.method] = route
            return
        literal, names = pieces[::2], pieces[1::2]
        named = [f"(?P<{name}>[^/]+)" for name in names]
        text = "".join(
            re.escape(piece) + part for piece, part in zip(literal, [*named, ""], strict=True)
        )
        kept = self._patterns.setdefault(route.rule, (re.compile(text, re.DOTALL), {}))
        kept[1][route.method] = route
