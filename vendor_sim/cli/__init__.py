"""The command line: ``vendor-sim demo``, ``serve``, ``keys``, ``wallet scan``."""

from vendor_sim.cli.app import main

__all__ = ["main"]
