"""Race theatre: every order of commits and messages of events that happen at the same moment.

Real races among threads are elsewhere; here it is the order that is tried, all of it.
"""

from vendor_sim.world.races.cast import Cast
from vendor_sim.world.races.events import EVENTS, Event, event_of, events_of
from vendor_sim.world.races.outcome import Ending
from vendor_sim.world.races.theatre import Group, Order, Theatre, Tried, count_orders, steps_of

__all__ = [
    "EVENTS",
    "Cast",
    "Ending",
    "Event",
    "Group",
    "Order",
    "Theatre",
    "Tried",
    "count_orders",
    "event_of",
    "events_of",
    "steps_of",
]
