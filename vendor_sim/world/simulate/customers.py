"""One customer of a simulation: who comes when to which machine, and what is on their mind."""

from __future__ import annotations

from dataclasses import dataclass

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.world.simulate.choices import Choices
from vendor_sim.world.simulate.town import MACHINES, PAYERS, RICH

GAP_MS = 30 * SECOND_MS
"""From one customer to the next, on average."""
MANNERS = {
    "pays": 10,
    "mistypes": 2,
    "declines": 2,
    "cancels": 3,
    "walks away": 2,
    "reads only": 1,
    "brings a friend": 3,
    "pays at the last second": 3,
    "comes back late": 1,
    "shows a code": 5,
}
"""What customers do, by weight. ``manners.py`` has what each means."""
_EXPENSIVE = "C1"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody on the way to a machine.

    Attributes:
        number: From 0; the name of every choice begins with it.
        arrives_ms: After the start of the run.
        friend: Who else holds a phone to the same code.
    """

    number: int
    arrives_ms: int
    machine: str
    slot: str
    wallet: str
    friend: str
    manner: str
    choices: Choices

    @property
    def name(self) -> str:
        """As the story calls it."""
        return f"customer {self.number}"

    def pause_ms(self, what: str, least_ms: int = 200, most_ms: int = 4 * SECOND_MS) -> int:
        """How long this customer takes for something."""
        return self.choices.between(what, least_ms, most_ms)


def customer(seed: int | str, number: int) -> Customer:
    """The customer of this number, the same whoever else comes."""
    choices = Choices(seed, f"customer {number}")
    machine = choices.one_of("machine", MACHINES)
    slots = {one.slot: 1 if one.slot == _EXPENSIVE else 4 for one in machine.slots}
    slot = choices.weighted("slot", slots)
    payers = {RICH: 1} if slot == _EXPENSIVE else PAYERS[machine.id]
    return Customer(
        number=number,
        arrives_ms=number * GAP_MS + choices.between("arrives", 0, 2 * GAP_MS),
        machine=machine.id,
        slot=slot,
        wallet=choices.weighted("wallet", payers),
        friend=choices.weighted("friend", PAYERS[machine.id]),
        manner=choices.weighted("manner", MANNERS),
        choices=choices,
    )
