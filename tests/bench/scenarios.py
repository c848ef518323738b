"""(f) What a scenario in a world of its own costs, beside one whose steps do nothing.

Two projects with the same feature file: in one the sentences are our steps and each scenario is a
whole purchase, in the other they are steps of bare pytest-bdd that do nothing. Whole processes, in
turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

SIDES = ("ours", "bare")
MANY = 100
_FIXED = ("-c", "import flask, httpx2, sqlmodel")
"""What we stand on has to be imported, whatever we do after it."""
_STEPS = """
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 2     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And slot B4 holds 1 drinks
    And the books balance
"""
_MODULE = 'from pytest_bdd import scenarios\nscenarios("kiosk.feature")\n'
_NOTHING = """
import pytest_bdd
from pytest_bdd import parsers

@pytest_bdd.step(parsers.re(".*"))
def nothing():
    pass
"""
_RUN = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", ".")


@dataclass
class Costs:
    """Milliseconds of each round, by side and number of scenarios."""

    took_ms: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    imports_ms: list[float] = field(default_factory=list)

    @property
    def over_ms(self) -> float:
        """What a scenario of many costs more than a bare one, starting included: the median."""
        return statistics.median(self._more(MANY)) / MANY

    @property
    def further_ms(self) -> float:
        """The same without starting: what each costs more that follows the first."""
        rounds = zip(self._more(MANY), self._more(1), strict=True)
        return statistics.median((many - one) / (MANY - 1) for many, one in rounds)

    @property
    def libraries_ms(self) -> float:
        """What importing the libraries alone costs each scenario of many: the median."""
        return statistics.median(self.imports_ms) / MANY

    @property
    def ratio(self) -> float:
        """How many times as long as bare the whole run takes."""
        ours, bare = (self.took_ms[side, MANY] for side in SIDES)
        return statistics.median(mine / its for mine, its in zip(ours, bare, strict=True))

    def add(self, side: str, count: int, took_ms: float) -> None:
        """One run more."""
        self.took_ms.setdefault((side, count), []).append(took_ms)

    def _more(self, count: int) -> list[float]:
        ours, bare = (self.took_ms[side, count] for side in SIDES)
        return [mine - its for mine, its in zip(ours, bare, strict=True)]


def measure(rounds: int) -> Costs:
    """Both sides in turn, with one scenario and with many."""
    costs = Costs()
    with tempfile.TemporaryDirectory() as name:
        for side in SIDES:
            for count in (1, MANY):
                project(Path(name) / f"{side}-{count}", side, count)
        for number in range(rounds):
            sides = SIDES if number % 2 == 0 else SIDES[::-1]
            for count in (1, MANY):
                for side in sides:
                    costs.add(side, count, run_ms(Path(name) / f"{side}-{count}", side, count))
            costs.imports_ms.append(_process_ms(_FIXED) - _process_ms(("-c", "")))
    return costs


def project(folder: Path, side: str, count: int) -> None:
    """A project of so many scenarios."""
    folder.mkdir()
    told = "".join(f"  Scenario: Purchase {number}{_STEPS}\n" for number in range(count))
    (folder / "kiosk.feature").write_text(f"Feature: A kiosk\n{told}")
    (folder / "test_kiosk.py").write_text(_MODULE)
    if side == "bare":
        (folder / "conftest.py").write_text(_NOTHING)


def run_ms(folder: Path, side: str, count: int) -> float:
    """Run it as a process of its own; how long that took.

    Compiled modules are kept from one run to the next, as they are wherever nobody forbids it.

    Raises:
        RuntimeError: Not every scenario passed: then it measured something else.
    """
    without = ("-p", "no:vendor_sim") if side == "bare" else ()
    began_s = time.perf_counter()
    done = _process((*_RUN, *without), folder)
    took_ms = (time.perf_counter() - began_s) * 1000
    if f"{count} passed" not in done.stdout:
        raise RuntimeError(f"not all passed:\n{done.stdout}{done.stderr}")
    return took_ms


def _process_ms(words: tuple[str, ...]) -> float:
    began_s = time.perf_counter()
    _process(words, Path.cwd()).check_returncode()
    return (time.perf_counter() - began_s) * 1000


def _process(words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
