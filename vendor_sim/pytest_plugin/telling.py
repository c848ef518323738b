"""The three steps that pytest-bdd knows of: any phrase behind ``Given``, ``When`` and ``Then``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_bdd

from vendor_sim.pytest_plugin.parsers import GIVEN, TABLE, TEXT, THEN, WHEN, AnyPhrase

if TYPE_CHECKING:
    import pytest

    from vendor_sim.pytest_plugin.parsers import Said

Rows = list[list[str]]


@pytest_bdd.given(AnyPhrase(GIVEN))
@pytest_bdd.when(AnyPhrase(WHEN))
@pytest_bdd.then(AnyPhrase(THEN))
def told(
    request: pytest.FixtureRequest,
    said: Said,
    datatable: Rows | None = None,
    docstring: str | None = None,
) -> Any:
    """Do what a phrase asks for."""
    __tracebackhide__ = True
    below = {TABLE: datatable, TEXT: docstring}
    return said.do(request, {name: told for name, told in below.items() if told is not None})
