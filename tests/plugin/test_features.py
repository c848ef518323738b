"""Every feature holds in a simulated world, under the virtual clock."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("../../features")
