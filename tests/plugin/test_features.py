"""Every feature holds in a simulated world, under the virtual clock.

Together they make every move of every state machine. The test of that stands last, so that pytest
has told all of them before: it holds for the whole file, and where only a part of it runs it says
what that part leaves out.
"""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

from tests.plugin.moves import never_made, watched


@pytest.fixture(scope="module", autouse=True)
def moves():
    """What the features of this file make the state machines do."""
    with watched() as taken:
        yield taken


scenarios("../../features")


def test_every_move_of_every_state_machine_is_made_by_a_feature(moves) -> None:
    assert never_made(moves) == []
