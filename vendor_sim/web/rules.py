"""Which address leads where: rules that are read once and learn to write when somebody first asks.

Werkzeug compiles two functions for each rule that write its address, and reads the rule itself with
regular expressions; together that is most of what an application costs to make. Only pages write
addresses, and a simulated world, made for one scenario, shows none; and every world has the same
rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = Callable[..., tuple[str, str]]

_READ: dict[tuple[object, ...], tuple[Any, Any, Any]] = {}
"""Parts, trace and converters by what they follow from. There are as many as our code has rules."""


class Application(Flask):
    """Flask with such rules."""

    class url_rule_class(Rule):  # noqa: N801 - Flask looks for it under this name
        """A rule whose address is written by a function that is compiled when first needed."""

        def compile(self) -> None:
            """Read the rule; one that was read before for another application is known."""
            key = (self.rule, self.host, self.subdomain, self.merge_slashes)
            usual = self.map.converters == self.map.default_converters
            read = _READ.get(key) if usual and not self.map.host_matching else None
            if read is None:
                super().compile()
                if usual and not self.map.host_matching:
                    _READ[key] = (self._parts, self._trace, self._converters)
                return
            self._parts, self._trace, self._converters = read
            self.arguments |= self._converters.keys()
            self._build = self._compile_builder(append_unknown=False).__get__(self, None)
            self._build_unknown = self._compile_builder().__get__(self, None)

        def _compile_builder(self, append_unknown: bool = True) -> Writer:
            compiled: list[Writer] = []
            compile_now = super()._compile_builder

            def write(rule: Rule, **values: Any) -> tuple[str, str]:
                if not compiled:
                    compiled.append(compile_now(append_unknown))
                return compiled[0](rule, **values)

            return write
