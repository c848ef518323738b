"""A fault plan at work: it counts the sites a run passes, and says what goes wrong at each."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import SITES_SEEN_MAX
from vendor_sim.world.faults import document as documents
from vendor_sim.world.faults.document import Document
from vendor_sim.world.faults.names import HARDWARE
from vendor_sim.world.faults.registry import can_bite
from vendor_sim.world.faults.rules import Bite, Rule, bites, decision_of
from vendor_sim.world.faults.sites import (
    Sites,
    faults_of_site,
    where_of_message,
    where_of_point,
    where_of_turn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.wire.http import Request
    from vendor_sim.world.faults.names import At, Fault
    from vendor_sim.world.faults.sites import Hop


@dataclass(slots=True)
class _Armed:
    """A rule and how far it has come."""

    rule: Rule
    passed: int = 0
    bitten: int = 0

    def strikes(self, seed: int, site: str) -> bool:
        if self.rule.times is not None and self.bitten >= self.rule.times:
            return False
        self.passed += 1
        if self.passed <= self.rule.after or not bites(seed, self.rule, site):
            return False
        self.bitten += 1
        return True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan has come.

    Attributes:
        sites: Which it has passed, how often.
        armed: Of each rule, how many sites that fit it passed, and how often it bit.
        fired: The decisions that bit.
        counts: How often each fault bit.
        quiet: Whether there is neither a rule nor a script.
    """

    sites: Sites
    armed: tuple[tuple[int, int], ...]
    fired: tuple[str, ...]
    counts: Counter[str]
    quiet: bool

    def digest(self) -> str:
        """A text for all of it that decides what bites next: empty where nothing can."""
        return "" if self.quiet else f"{self.armed} {self.sites.counts()}"


class FaultPlan:
    """What goes wrong in a world, and what went wrong so far.

    Rules are looked at in their order; the script comes before them. At one site one fault bites.
    Where no rule and no script is, a site costs its counting and nothing else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sites = Sites()
        self._armed: list[_Armed] = []
        self._document = Document()
        self._script: dict[str, list[Fault]] = {}
        self._quiet = True
        self._fired: list[str] = []
        self._counts: Counter[str] = Counter()
        self._possible: list[str] | None = None

    @property
    def possible(self) -> list[str]:
        """Every decision that could have bitten since :meth:`learn`, in order."""
        with self._lock:
            return list(self._possible or ())

    @property
    def seen(self) -> list[str]:
        """Every site passed since the plan was loaded, in order."""
        with self._lock:
            return list(self._sites.seen)

    @property
    def fired(self) -> list[str]:
        """The decisions that bit, in order: as a script they repeat the run."""
        with self._lock:
            return list(self._fired)

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each fault bit."""
        with self._lock:
            return dict(self._counts)

    def document(self) -> dict[str, Any]:
        """The plan as it was given."""
        with self._lock:
            rules = tuple(armed.rule for armed in self._armed)
            return documents.write(replace(self._document, rules=rules))

    def load(self, document: Any) -> None:
        """Take a document in the place of what was there, and count all sites from 0 again.

        Raises:
            Refused: ``invalid``; then all stays as it was.
        """
        self._begin(documents.read(document))

    def learn(self) -> None:
        """From now on note what could go wrong at each site that is passed: for whoever tries all.

        It is more than the names of the sites tell: an answer without a signature cannot come with
        a wrong one.
        """
        with self._lock:
            self._possible = []

    def add(self, rule: Rule) -> None:
        """One rule more, from now on."""
        with self._lock:
            self._armed.append(_Armed(rule))
            self._quiet = False

    def clear(self) -> None:
        """From now on nothing goes wrong; sites are counted from 0 again."""
        self._begin(Document())

    def progress(self) -> Progress:
        """How far it has come, to go on from there another time."""
        with self._lock:
            armed = tuple((one.passed, one.bitten) for one in self._armed)
            fired, counts = tuple(self._fired), Counter(self._counts)
            return Progress(self._sites.copy(), armed, fired, counts, self._quiet)

    def resume(self, progress: Progress) -> None:
        """Go on from there; the rules are those that there were."""
        with self._lock:
            self._sites = progress.sites.copy()
            for one, (passed, bitten) in zip(self._armed, progress.armed, strict=True):
                one.passed, one.bitten = passed, bitten
            self._fired = list(progress.fired)
            self._counts = Counter(progress.counts)

    def message(self, hop: Hop, request: Request) -> Bite | None:
        """What happens to this message."""
        where = where_of_message(hop, request.method, request.url.path)

        def fits(rule: Rule) -> bool:
            return rule.fits_message(hop, request) and can_bite(rule, request)

        return self._pass(where, fits)

    def point(self, service: str, at: At) -> Bite | None:
        """What happens to this service at this point."""
        return self._pass(where_of_point(service, at), lambda rule: rule.fits_point(service, at))

    def turn(self, machine: str, slot: str) -> Bite | None:
        """What happens to this turn of a motor."""

        def fits(rule: Rule) -> bool:
            return rule.fault in HARDWARE and rule.fits_turn(machine, slot)

        return self._pass(where_of_turn(machine, slot), fits)

    def spare(self, bite: Bite) -> None:
        """It found nothing to bite into: it does not count."""
        with self._lock:
            if bite.decision in self._fired:
                self._fired.remove(bite.decision)
                self._counts[bite.fault.value] -= 1
            for armed in self._armed:
                if armed.rule is bite.rule:
                    armed.bitten -= 1

    def _begin(self, document: Document) -> None:
        with self._lock:
            self._document = document
            self._armed = [_Armed(rule) for rule in document.rules]
            self._script = {}
            for fault, site in document.script:
                self._script.setdefault(site, []).append(fault)
            self._quiet = not (document.rules or document.script)
            self._sites.clear()
            self._fired.clear()
            self._counts.clear()

    def _pass(self, where: str, fits: Callable[[Rule], bool]) -> Bite | None:
        with self._lock:
            site = self._sites.pass_by(where)
            if self._possible is not None:
                could = (fault for fault in faults_of_site(site) if fits(Rule(fault)))
                self._possible += [decision_of(fault, site) for fault in could]
            if self._quiet:
                return None
            rule = self._decide(site, fits)
            if rule is None:
                return None
            bite = Bite(rule, site, self._document.seed)
            self._counts[bite.fault.value] += 1
            if len(self._fired) < SITES_SEEN_MAX:
                self._fired.append(bite.decision)
            return bite

    def _decide(self, site: str, fits: Callable[[Rule], bool]) -> Rule | None:
        for fault in self._script.get(site, ()):
            scripted = Rule(fault)
            if fits(scripted):
                return scripted
        seed = self._document.seed
        for armed in self._armed:
            if fits(armed.rule) and armed.strikes(seed, site):
                return armed.rule
        return None
