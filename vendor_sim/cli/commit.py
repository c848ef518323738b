"""Which program this is: the commit of a checkout, or the version of a package."""

from __future__ import annotations

import subprocess
from pathlib import Path

import vendor_sim

_CHECKOUT = Path(vendor_sim.__file__).parents[1]
_WITHIN_S = 10


def commit(checkout: Path = _CHECKOUT) -> str:
    """``git describe`` where this is a checkout of ours, else the version."""
    if not (checkout / ".git").exists():
        return vendor_sim.__version__
    asked = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--tags"]
    try:
        done = subprocess.run(  # noqa: S603 - these words and no others
            asked, capture_output=True, text=True, check=True, timeout=_WITHIN_S
        )
    except (OSError, subprocess.SubprocessError):
        return vendor_sim.__version__
    return done.stdout.strip() or vendor_sim.__version__
