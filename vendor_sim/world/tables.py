"""The tables of each service's database, and how to begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.sql.ddl import sort_tables

from vendor_sim.machine import assembly as machine
from vendor_sim.payments import assembly as payments
from wallet import assembly as wallet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    Room = Sequence[Table]

LEDGER: Room = payments.TABLES
MACHINE: Room = machine.TABLES
WALLET: Room = wallet.TABLES
ROOMS = (LEDGER, MACHINE, WALLET)
"""Tables of the ledger service, the machine, the wallet."""


def recreate(cx: Connection, room: Room) -> None:
    """Drop every table of a service and make it anew: append-only tables cannot be emptied."""
    in_order = sort_tables(room)
    for table in reversed(in_order):
        table.drop(cx, checkfirst=True)
    for table in in_order:
        table.create(cx)
