"""One scan in each state, for tests of the domain."""

from __future__ import annotations

from vendor_sim.kernel.problems import Code
from wallet import domain
from wallet.domain import Quote, Receipt, Scan

NOW = 1_000_000
UNTIL = NOW + 120_000
QUOTE = Quote("in_1", "Lobby", "Cola", 350, "CNY", UNTIL)
READING = Scan("sc_1", "pete", "token", NOW)
ASKING = domain.resolved(READING, QUOTE, "CNY", NOW)
APPROVED = domain.approved(ASKING, "au_1", NOW)
UNANSWERED = domain.gave_up(APPROVED)


def receipt(state="held", refunded=0, pending=0, fulfilment=None):
    return Receipt("au_1", state, refunded, pending, fulfilment, 9_650, 0)


HELD = domain.settled(APPROVED, receipt())
CAPTURED = domain.settled(HELD, receipt("captured"))
RETURNED = domain.settled(HELD, receipt("voided"))
DECLINED = domain.declined(ASKING)
REFUSED = domain.refused(ASKING, Code.CLOSED)
ALL = {
    one.state: one
    for one in (READING, ASKING, APPROVED, UNANSWERED, HELD, CAPTURED, RETURNED, DECLINED, REFUSED)
}
