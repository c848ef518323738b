"""Which address leads where: rules that learn to write addresses when somebody first asks.

Werkzeug compiles two functions for each rule that write its address, and that is most of what an
application costs to make. Only pages write addresses; a simulated world, made for one scenario,
shows none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = Callable[..., tuple[str, str]]


class Application(Flask):
    """Flask with such rules."""

    class url_rule_class(Rule):  # noqa: N801 - Flask looks for it under this name
        """A rule whose address is written by a function that is compiled when first needed."""

        def _compile_builder(self, append_unknown: bool = True) -> Writer:
            compiled: list[Writer] = []
            compile_now = super()._compile_builder

            def write(rule: Rule, **values: Any) -> tuple[str, str]:
                if not compiled:
                    compiled.append(compile_now(append_unknown))
                return compiled[0](rule, **values)

            return write
