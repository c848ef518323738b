"""The stage's switches for trouble: each is a few rules of a fault plan, and no more than that.

A switch is on while its rules stand in the plan, whoever put them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]
WIRES, MACHINE, SERVICES = "wires", "machine", "services"
_BACK_AFTER_MS = 3_000
"""A service that was killed is away long enough to be seen, and short enough to go on."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch.

    Attributes:
        id: Its name, for programs.
        group: Which of the groups it stands in.
        rules: What it puts into the plan, as the document has them.
    """

    id: str
    group: str
    rules: tuple[Json, ...]

    def stands_in(self, rules: Sequence[Json]) -> bool:
        """Whether the plan has all of it."""
        return all(rule in rules for rule in self.rules)


def _between(fault: str, source: str, target: str) -> Json:
    return {"fault": fault, "from": source, "to": target}


def _jam(fault: str) -> Json:
    return {"fault": fault}


def _killed(service: str, at: str) -> Json:
    back = {"times": 1, "service": service, "at": at, "down_ms": _BACK_AFTER_MS}
    return {"fault": "killed", **back}


SWITCHES = (
    Switch("notices_lost", WIRES, (_between("request_lost", "ledger", "machine"),)),
    Switch("notices_twice", WIRES, (_between("duplicated", "ledger", "machine"),)),
    Switch("notices_forged", WIRES, (_between("wrong_signature", "ledger", "machine"),)),
    Switch("machine_unheard", WIRES, (_between("answer_lost", "machine", "ledger"),)),
    Switch("wallet_unheard", WIRES, (_between("answer_lost", "wallet", "ledger"),)),
    Switch("platform_fails", WIRES, ({"fault": "server_error", "to": "ledger"},)),
    Switch(
        "cut_off",
        WIRES,
        (_between("refused", "machine", "ledger"), _between("refused", "ledger", "machine")),
    ),
    Switch("jam", MACHINE, (_jam("jam"),)),
    Switch("empty_coil", MACHINE, (_jam("empty_coil"),)),
    Switch("sensor_silent", MACHINE, (_jam("sensor_silent"),)),
    Switch("door_open", MACHINE, (_jam("door_open"),)),
    Switch("dark_before_motor", SERVICES, (_killed("machine", "before_motor"),)),
    Switch("dark_after_motor", SERVICES, (_killed("machine", "after_motor"),)),
    Switch("ledger_dies", SERVICES, (_killed("ledger", "after_commit"),)),
    Switch("wallet_dies", SERVICES, (_killed("wallet", "after_commit"),)),
)
"""In the order in which they are shown."""
_BY_ID = {switch.id: switch for switch in SWITCHES}


def turned(document: Json, switch_id: str, *, on: bool) -> Json:
    """The plan with a switch turned; all else in it stays.

    Raises:
        Refused: There is no such switch (``not_found``).
    """
    switch = _BY_ID.get(switch_id)
    if switch is None:
        raise Refused(Code.NOT_FOUND, f"there is no switch {switch_id[:64]!r}", "switch")
    rules = [rule for rule in document["rules"] if rule not in switch.rules]
    return {**document, "rules": [*rules, *switch.rules] if on else rules}


def told(document: Json) -> Json:
    """Which switches are on, and how many rules and decisions beyond them the plan has."""
    rules = document["rules"]
    on = [switch for switch in SWITCHES if switch.stands_in(rules)]
    switched = [rule for switch in on for rule in switch.rules]
    others = [rule for rule in rules if rule not in switched]
    return {
        "on": [switch.id for switch in on],
        "others": len(others) + len(document["script"]),
        "plan": document,
    }


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """What people read: each group's title, and its switches with their sentences."""
    titles = {WIRES: _("On the wires"), MACHINE: _("In the machine"), SERVICES: _("Power, once")}
    words = _sentences()
    return [
        (title, [(one.id, words[one.id]) for one in SWITCHES if one.group == group])
        for group, title in titles.items()
    ]


def _sentences() -> dict[str, str]:
    return {
        "notices_lost": _("Notices to the machine are lost"),
        "notices_twice": _("Notices to the machine come twice"),
        "notices_forged": _("Notices to the machine have a wrong signature"),
        "machine_unheard": _("Answers to the machine are lost after the work was done"),
        "wallet_unheard": _("Answers to the wallet are lost after the work was done"),
        "platform_fails": _("The ledger service answers 503"),
        "cut_off": _("Machine and ledger service lose each other"),
        "jam": _("The drink jams"),
        "empty_coil": _("The coil is empty"),
        "sensor_silent": _("The drop sensor says nothing"),
        "door_open": _("The door is open"),
        "dark_before_motor": _("Power fails before the motor turns"),
        "dark_after_motor": _("Power fails after the motor turned"),
        "ledger_dies": _("The ledger service dies after its next commit"),
        "wallet_dies": _("The wallet dies after its next commit"),
    }
