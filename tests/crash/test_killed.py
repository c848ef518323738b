"""I12: a served world that is killed at any moment has forgotten nothing that it told anybody."""

from __future__ import annotations

from random import Random

import pytest

from tests.crash.customers import Told, crowd, settled
from tests.processes import broken, demo, with_quick_keys

pytestmark = pytest.mark.network
CUSTOMERS = 3
TOLD_MAX = 24
SPEED = 4


def test_what_was_acknowledged_outlives_kill_9(lengths, tmp_path) -> None:
    data, told, random = with_quick_keys(tmp_path / "data"), Told(), Random(9)  # noqa: S311
    for life in range(lengths.kills):
        with demo(data) as world:
            assert told.forgotten(world) == []
            world.ask("/_world/clock", {"speed": SPEED})
            names = [f"c{life}-{n}" for n in range(CUSTOMERS)]
            with crowd(world, names, told) as refused:
                told.wait(random.randrange(5, TOLD_MAX))
                world.kill()
        assert refused == []
        assert broken(data, tmp_path / "copy") == []
    with demo(data) as world:
        assert told.forgotten(world) == []
        assert told.paid
        assert settled(world, told) == []
