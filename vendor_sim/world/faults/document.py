"""A fault plan as data: the same document as a file, over HTTP and in memory.

It is read strictly: what is unknown, misspelt or makes no sense is refused with its place, what was
wrong and what would be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import FAULT_RULES_MAX, FAULT_SCRIPT_MAX, FAULT_TIME_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults.names import (
    CRASH_POINTS,
    HARDWARE,
    MESSAGES,
    MOTOR_POINTS,
    SERVICES,
    At,
    Fault,
)
from vendor_sim.world.faults.rules import Rule
from vendor_sim.world.faults.sites import faults_of_site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    Check = Callable[[Any, str], Any]

Json = dict[str, Any]
_SEED_MAX = 2**63 - 1
_TEXT = re.compile(r"[\x21-\x7e]{1,120}", re.ASCII)
_MATCH = re.compile(r"((\*|GET|POST|PUT|PATCH|DELETE|HEAD) )?[/*][\x21-\x7e]{0,200}", re.ASCII)
_EXAMPLE = '"answer_lost|machine>ledger POST /v1/intents#0"'
_SPOILS = {
    *(Fault.EMPTY, Fault.MALFORMED, Fault.TRUNCATED, Fault.CORRUPTED),
    *(Fault.WRONG_SIGNATURE, Fault.STALE_TIMESTAMP, Fault.WRONG_AMOUNT),
}
_ALWAYS = ("fault", "probability", "times", "after")


@dataclass(frozen=True, slots=True)
class Document:
    """A fault plan that was read.

    Attributes:
        seed: Decides where rules bite.
        rules: In order: the first that bites at a site decides.
        script: Exact decisions, which bite there and nowhere else.
    """

    seed: int = 0
    rules: tuple[Rule, ...] = ()
    script: tuple[tuple[Fault, str], ...] = ()


def read(document: Any) -> Document:
    """Check a document, whole, before any of it counts.

    Raises:
        Refused: ``invalid``, with the place in ``where`` (``rules[0].fault``).
    """
    _an_object(document, "", ("seed", "rules", "script"))
    rules = _a_list(document.get("rules", []), "rules", FAULT_RULES_MAX)
    script = _a_list(document.get("script", []), "script", FAULT_SCRIPT_MAX)
    return Document(
        _whole(0, _SEED_MAX)(document.get("seed", 0), "seed"),
        tuple(_rule(rule, f"rules[{n}]") for n, rule in enumerate(rules)),
        tuple(_decision(entry, f"script[{n}]") for n, entry in enumerate(script)),
    )


def write(document: Document) -> Json:
    """The document again; what is as usual is left out."""
    return {
        "seed": document.seed,
        "rules": [_written(rule) for rule in document.rules],
        "script": [f"{fault.value}|{site}" for fault, site in document.script],
    }


def fields_of(fault: Fault) -> tuple[str, ...]:
    """What a rule about this fault may say."""
    if fault in HARDWARE:
        return (*_ALWAYS, "machine", "slot")
    if fault is Fault.POWER_CUT:
        return (*_ALWAYS, "at", "down_ms")
    if fault is Fault.KILLED:
        return (*_ALWAYS, "service", "at", "down_ms")
    if fault not in MESSAGES:
        return (*_ALWAYS, "service", "at")
    more: tuple[str, ...] = ("side",) if fault in _SPOILS else ()
    if fault in {Fault.DELAYED, Fault.SLOW}:
        more = ("delay_ms",)
    if fault in {Fault.SERVER_ERROR, Fault.EMPTY}:
        more = (*more, "status")
    return (*_ALWAYS, "from", "to", "match", *more)


def points_of(fault: Fault, service: str | None) -> tuple[At, ...]:
    """Where a fault of a service can bite."""
    if fault is Fault.DATABASE_LOCKED:
        return (At.BEGIN,)
    if fault is Fault.DISK_FULL:
        return (At.BEFORE_COMMIT,)
    if service in {None, "machine"}:
        return CRASH_POINTS
    return tuple(at for at in CRASH_POINTS if at not in MOTOR_POINTS)


def _rule(rule: Any, where: str) -> Rule:
    if not isinstance(rule, dict):
        raise _no(where, f"a rule is an object like {{'fault': 'answer_lost'}}, not {rule!r}")
    if "fault" not in rule:
        raise _no(f"{where}.fault", f"it is missing; it is one of {', '.join(sorted(Fault))}")
    fault = Fault(_one_of(Fault)(rule["fault"], f"{where}.fault"))
    fields = fields_of(fault)
    for name in rule:
        if name not in fields:
            told = f"a rule about {fault.value} takes no {name!r}"
            raise _no(
                f"{where}.{name}", f"{told}; it takes {', '.join(fields)}{_near(name, fields)}"
            )
    given: Json = {
        _attribute(name): _checks(fault)[name](value, f"{where}.{name}")
        for name, value in rule.items()
        if name != "fault" and not (name == "times" and value is None)
    }
    made = Rule(fault, **given)
    _sensible(made, where)
    return made


def _sensible(rule: Rule, where: str) -> None:
    if rule.at is None:
        return
    service = "machine" if rule.fault is Fault.POWER_CUT else rule.service
    points = points_of(rule.fault, service)
    if rule.at not in points:
        whose = f"{rule.fault.value} of {service or 'a service'}"
        raise _no(f"{where}.at", f"{whose} bites at {_listed(points)}, not at {rule.at.value!r}")


def _checks(fault: Fault) -> dict[str, Check]:
    least, most = (200, 299) if fault is Fault.EMPTY else (500, 599)
    return {
        "probability": _probability,
        "times": _whole(1, 2**31),
        "after": _whole(0, 2**31),
        "from": _text,
        "to": _text,
        "match": _match,
        "delay_ms": _whole(1, FAULT_TIME_MAX_MS),
        "status": _whole(least, most),
        "side": _one_of(("request", "answer")),
        "service": _one_of(SERVICES),
        "at": lambda value, where: At(_one_of(At)(value, where)),
        "down_ms": _whole(1, FAULT_TIME_MAX_MS),
        "machine": _text,
        "slot": _text,
    }


def _decision(entry: Any, where: str) -> tuple[Fault, str]:
    if not isinstance(entry, str) or "|" not in entry:
        raise _no(where, f"a decision is a text like {_EXAMPLE}, not {entry!r}")
    name, _, site = entry.partition("|")
    fault = Fault(_one_of(Fault)(name, where))
    possible = faults_of_site(site)
    if not possible:
        raise _no(where, f"{site!r} names no site; a decision is like {_EXAMPLE}")
    if fault not in possible:
        raise _no(where, f"{fault.value} cannot happen at {site!r}; {_listed(possible)} can")
    return fault, site


def _written(rule: Rule) -> Json:
    told: Json = {"fault": rule.fault.value}
    for name in fields_of(rule.fault)[1:]:
        value = getattr(rule, _attribute(name))
        if value != getattr(_USUAL, _attribute(name)):
            told[name] = value.value if isinstance(value, At) else value
    return told


def _attribute(field: str) -> str:
    return _ATTRIBUTES.get(field, field)


# -- one value --------------------------------------------------------------------------------
def _an_object(value: Any, where: str, fields: Collection[str]) -> None:
    if not isinstance(value, dict):
        raise _no(where, f"a fault plan is an object with {_listed(fields)}, not {value!r}")
    for name in value:
        if name not in fields:
            right = f"a fault plan has {_listed(fields)}{_near(name, fields)}"
            raise _no(str(name), f"unknown field {name!r}; {right}")


def _a_list(value: Any, where: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise _no(where, f"it is a list, not {value!r}")
    if len(value) > most:
        raise _no(where, f"it has {len(value)} entries; {most} are taken")
    return value


def _whole(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _no(where, f"it is a whole number from {least} to {most}, not {value!r}")
        return value

    return check


def _probability(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise _no(where, f"it is a number from 0 to 1, not {value!r}")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _TEXT.fullmatch(value):
        raise _no(where, f"it is a name of 1 to 120 visible ASCII characters, not {value!r}")
    return value


def _match(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _MATCH.fullmatch(value):
        right = "it is a path with * for any part, like 'POST /v1/intents/*/capture' or '/v3/*'"
        raise _no(where, f"{right}, not {value!r}")
    return value


def _one_of(words: Iterable[str]) -> Check:
    known = [str(word) for word in words]

    def check(value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise _no(where, f"it is one of {', '.join(known)}, not {value!r}{_near(value, known)}")
        return value

    return check


def _near(value: Any, words: Collection[str]) -> str:
    near = get_close_matches(str(value), [str(word) for word in words], 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _listed(words: Collection[str]) -> str:
    return ", ".join(str(word) for word in words)


def _no(where: str, detail: str) -> Refused:
    return Refused(Code.INVALID, f"{where}: {detail}" if where else detail, where or None)


_ATTRIBUTES = {"from": "source", "to": "target"}
"""Words that Python keeps for itself."""
_USUAL = Rule(Fault.REQUEST_LOST)
