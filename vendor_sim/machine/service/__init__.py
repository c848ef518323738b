"""The verbs of the machine: each is one transaction, and decides by the domain.

``MachineService`` is what customers, operators and notifications call; ``Work`` is what the tick
calls with what came back from the platform and the motor.
"""

from vendor_sim.machine.service.changes import EVERY_MACHINE, topic
from vendor_sim.machine.service.keys import RENEW_KEYS, RENEW_TRIES, Credentials
from vendor_sim.machine.service.machine import Hardware, MachineService
from vendor_sim.machine.service.views import (
    FrontView,
    OperatorView,
    OrderLine,
    SlotView,
    order_view,
)
from vendor_sim.machine.service.work import Command, Work
from vendor_sim.machine.store import TABLES

__all__ = [
    "EVERY_MACHINE",
    "RENEW_KEYS",
    "RENEW_TRIES",
    "TABLES",
    "Command",
    "Credentials",
    "FrontView",
    "Hardware",
    "MachineService",
    "OperatorView",
    "OrderLine",
    "SlotView",
    "Work",
    "order_view",
    "topic",
]
