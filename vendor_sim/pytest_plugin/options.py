"""What can be said to pytest: where scenarios run, and what they may do there.

Each option can stand in the ini file too, with underscores: ``vendor_sim_world = sockets``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SIMULATED, SOCKETS = "simulated", "sockets"
_PREFIX = "vendor_sim_"
_TEXTS = {
    "world": (
        f"{SIMULATED} (by itself): a world in memory under a virtual clock for each scenario; "
        f"{SOCKETS}: one served world for the whole run, over real sockets and in real time"
    ),
    "url": "Run scenarios against the world that is served there",
    "token": "The token of that world, needed from another computer",
    "certificate": "Trust this PEM file for TLS, instead of what the system trusts",
}
_FLAGS = {
    "reset": "Empty the world at that URL before each scenario: all that others did there is gone",
    "move_clock": "Let steps move the clock of the world at that URL, for everybody who is there",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where scenarios run.

    Attributes:
        world: ``simulated`` or ``sockets``; without a meaning where there is a URL.
        url: Where a world is served; None for one of our own.
        token: Lets us in there from another computer.
        certificate: Trusted for TLS there.
        reset: Whether it is emptied before each scenario.
        move_clock: Whether its clock may be moved.
    """

    world: str = SIMULATED
    url: str | None = None
    token: str | None = None
    certificate: Path | None = None
    reset: bool = False
    move_clock: bool = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what can be said."""
    group = parser.getgroup("vendor-sim", "worlds in which vendor-sim's steps run")
    for name, text in _TEXTS.items():
        choices = {"choices": (SIMULATED, SOCKETS)} if name == "world" else {}
        kind: Any = {"dest": _PREFIX + name, "default": None, "help": text, **choices}
        group.addoption(_option(name), **kind)
        parser.addini(_PREFIX + name, text)
    for name, text in _FLAGS.items():
        group.addoption(
            _option(name), dest=_PREFIX + name, action="store_true", default=None, help=text
        )
        parser.addini(_PREFIX + name, text, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what contradicts itself before anything runs."""
    chosen(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Where scenarios run, if it is somewhere else than usual."""
    choice = chosen(config)
    if choice.url is not None:
        return f"vendor-sim: scenarios run at {choice.url}"
    return "vendor-sim: scenarios run over sockets" if choice.world == SOCKETS else None


def chosen(config: pytest.Config) -> Choice:
    """What was said: on the command line, else in the ini file.

    Raises:
        UsageError: It contradicts itself.
    """
    said = {name: _said(config, name) for name in (*_TEXTS, *_FLAGS)}
    url = said["url"]
    if said["world"] not in {None, SIMULATED, SOCKETS}:
        raise pytest.UsageError(f"{_PREFIX}world is {SIMULATED} or {SOCKETS}")
    if url is None:
        _only_with_url(said)
    elif said["world"] is not None:
        raise pytest.UsageError(f"{_option('url')} is a world already: leave {_option('world')}")
    elif not url.startswith(("http://", "https://")):
        raise pytest.UsageError(f"{_option('url')} begins with http:// or https://")
    certificate = said.pop("certificate")
    return Choice(
        **{name: value for name, value in said.items() if value is not None},
        certificate=Path(certificate) if certificate else None,
    )


def _only_with_url(said: dict[str, Any]) -> None:
    for name in ("token", "certificate", *_FLAGS):
        if said[name]:
            raise pytest.UsageError(f"{_option(name)} means nothing without {_option('url')}")


def _said(config: pytest.Config, name: str) -> Any:
    given = config.getoption(_PREFIX + name)
    return given if given is not None else (config.getini(_PREFIX + name) or None)


def _option(name: str) -> str:
    return f"--{(_PREFIX + name).replace('_', '-')}"
