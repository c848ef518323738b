"""What pytest loads in every project that has this package installed: next to nothing.

Where pytest-bdd is installed too, the steps and the fixtures ``world`` and ``scene`` are there;
they import the simulated world only when a scenario asks for it.
"""

from __future__ import annotations

from importlib.util import find_spec

_ROOM = "vendor_sim.pytest_plugin"
_THEMES = (
    *("stocking", "buying", "paying", "screens", "failing", "faults", "power"),
    *("notices", "money", "time"),
    *("merchant", "merchant_refunds", "merchant_codes", "merchant_notices", "merchant_trouble"),
    *("merchant_bills", "merchant_machine", "simulating", "racing"),
)

pytest_plugins: list[str] = []
if find_spec("pytest_bdd") is not None:
    _own = tuple(
        f"{_ROOM}.{name}" for name in ("options", "fixtures", "suggestions", "said", "telling")
    )
    pytest_plugins = [*_own, *(f"{_ROOM}.steps.{theme}" for theme in _THEMES)]
