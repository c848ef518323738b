"""Buying, paying and failing hold again with real sockets, threads and time."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.network

scenarios(
    *("../../features/buying", "../../features/paying", "../../features/failing"),
    "../../features/time/steered.feature",
)
