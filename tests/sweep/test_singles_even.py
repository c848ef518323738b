"""One fault at a time, at every place of every other scenario: all that must hold, holds."""

from __future__ import annotations

import pytest

from tests.sweep.swept import HALVES, broken


@pytest.mark.parametrize("scenario", HALVES[1])
def test_no_single_fault_breaks_anything(scenario):
    found = broken(scenario)
    assert not found, "\n".join(found)
