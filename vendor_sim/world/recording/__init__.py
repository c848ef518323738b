"""What people do in a world, written down as a feature that passes.

They do it on pages and through the control plane, so it is not clicks that are recorded but what
was committed: orders, scans, yes and no, PINs, decisions of the desk, stock and prices, refunds.
"""

from vendor_sim.world.recording.recorder import RecordedDoor, Recorder

__all__ = ["RecordedDoor", "Recorder"]
