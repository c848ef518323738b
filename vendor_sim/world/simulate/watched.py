"""A world that is watched to its end: whatever breaks ends the phase in which it does.

The rules that can be held at any time are held after every round of ticks, and nobody may have
failed. A run of the swarm and a trial of the sweep both live in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.world.audit import Breach, BrokenError, Watch
from vendor_sim.world.simulate.errors import breach, escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vendor_sim.world.build import World
    from vendor_sim.world.driver import VirtualDriver
    from vendor_sim.world.simulate.errors import Errors
    from vendor_sim.world.simulate.story import Story

_RESTS = ("comes_to_rest", "I6", "Once nothing goes wrong any more, the world comes to rest.")


class Watched:
    """A simulated world under watch.

    Args:
        world: Which.
        story: Listens, if anybody does.
        errors: Hears what services log as bugs; entered already.

    Attributes:
        driver: Moves its time.
    """

    def __init__(self, world: World, story: Story | None, errors: Errors) -> None:
        self.driver = cast("VirtualDriver", world.driver)
        self._world = world
        self._story = story
        self._errors = errors

    def begin(self) -> None:
        """Listen and watch from now on: the fault plan is loaded."""
        if self._story is not None:
            self._story.listen(self._world)
        self.driver.also_check(Watch(self._world).check)
        self.driver.also_check(self._look)

    def phase(self, act: Callable[[], Iterable[Breach]]) -> tuple[Breach, ...]:
        """What a phase broke, told to who listens; it ends where the first rule does."""
        broken = self._end_of(act)
        if self._story is not None:
            for one in broken:
                self._story.breach(one.rule, one.evidence)
        return broken

    def mend(self, *, faults: bool = True) -> None:
        """Give everybody power, and let nothing go wrong any more.

        Args:
            faults: Whether the fault plan is at its end too.
        """
        if self._story is not None:
            self._story.mended()
        if faults:
            self._world.faults.clear()
        self._world.power.restore_all()

    def rests(self, most_ms: int) -> bool:
        """Whether the world comes to rest within so much of its own time."""
        return self.driver.settle(most_ms)

    def rest(self, most_ms: int) -> Iterator[Breach]:
        """It must."""
        if not self.rests(most_ms):
            yield self.late(most_ms)

    def late(self, most_ms: int) -> Breach:
        """It did not come to rest in that time."""
        evidence = f"still busy after {most_ms // HOUR_MS} hours of its own time"
        return Breach(*_RESTS, evidence, self.now_ms())

    def tell(self, who: str, service: str, what: str) -> None:
        """Somebody did something."""
        if self._story is not None:
            self._story.act(who, service, what)

    def now_ms(self) -> int:
        """What time it is there."""
        return self._world.clock.now_ms()

    def _end_of(self, act: Callable[[], Iterable[Breach]]) -> tuple[Breach, ...]:
        try:
            return tuple(act())
        except BrokenError as broken:
            return tuple(broken.breaches)
        except Exception as error:  # noqa: BLE001 - whatever is let out here is what is looked for
            return (escaped(error, self.now_ms()),)

    def _look(self) -> None:
        """After every round of ticks: nobody may have failed."""
        if self._errors.told:
            raise BrokenError([breach(text, self.now_ms()) for text in self._errors.told])
