"""A story that can be told twice: all that was asked of a world, to bring another one there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Refused
from vendor_sim.pytest_plugin.shortfall import NotHereError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World


class Rehearsal:
    """What was told so far, and the world it was told to where that is in this process."""

    def __init__(self) -> None:
        self._told: list[Callable[[Stage], object]] = []
        self._world: World | None = None
        self._another: Callable[[], Stage] | None = None

    def of(self, world: World, another: Callable[[], Stage]) -> None:
        """It is told to a world of this process, and ``another`` makes one that begins alike."""
        self._world, self._another = world, another

    def tell(self, act: Callable[[Stage], object]) -> None:
        """Something was done: this does it again."""
        self._told.append(act)

    def inside(self) -> World:
        """The world itself; what is done there is told with :meth:`tell`.

        Raises:
            NotHereError: It is not simulated in this process.
        """
        if self._world is None:
            raise NotHereError("a race needs a world that is simulated in this process")
        return self._world

    def again(self) -> World:
        """Another world, brought to where this one is by the same calls; close it afterwards.

        Raises:
            NotHereError: This world is not simulated in this process, or a shop is in the story:
                what it heard cannot be unheard.
        """
        if self._another is None:
            raise NotHereError("a race needs a world that is simulated in this process")
        stage = self._another()
        for act in self._told:
            with suppress(Refused):
                act(stage)
        return stage.story.inside()


def no_shop(_stage: Stage) -> None:
    """A shop was opened: what it heard cannot be unheard.

    Raises:
        NotHereError: Always.
    """
    raise NotHereError("a race is for machines: what a shop heard cannot be unheard")
