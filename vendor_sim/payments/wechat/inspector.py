"""The last requests to ``/v3``, and why signatures failed: kept in memory, shown in the console."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.payments.wechat.diagnosis import diagnose
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.diagnosis import Diagnosis
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.platform import Platform
    from vendor_sim.payments.wechat.verifying import Signed

RECORDS_MAX = 200
"""Older ones are forgotten."""
PATH = "/ledger/wechat/requests/"
"""Where the console shows one, by its number."""


@dataclass(frozen=True, slots=True)
class Record:
    """One request and what became of it.

    Attributes:
        number: Counted from 1, in the order in which they were answered.
        mchid: Who signed it, or says so; None where it names nobody.
        code: Of the error; None where there was none.
        verdict: genuine, not genuine, or not looked at (where it was refused before).
        signed: What the signature was compared with; None unless it failed.
    """

    number: int
    at_ms: int
    mchid: str | None
    method: str
    target: str
    status: int
    code: str | None
    verdict: str
    signed: Signed | None = field(default=None, repr=False)


class Inspector:
    """Keeps the last requests."""

    def __init__(self, merchants: Merchants, platform: Platform) -> None:
        self._merchants = merchants
        self._platform = platform
        self._records: deque[Record] = deque(maxlen=RECORDS_MAX)
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """The number of the request that is being answered."""
        return next(self._numbers)

    def keep(self, record: Record) -> None:
        """Remember a request."""
        self._records.append(record)

    def get(self, number: int) -> Record | None:
        """A request by its number; None where it is forgotten or never was."""
        return next((one for one in list(self._records) if one.number == number), None)

    def latest(self, mchid: str | None = None) -> list[Record]:
        """The requests, newest first; of one merchant where it is named."""
        kept = reversed(list(self._records))
        return [one for one in kept if mchid is None or one.mchid == mchid]

    def diagnosis(self, record: Record) -> Diagnosis | None:
        """Why its signature failed; None where it did not. Worked out when somebody asks."""
        if record.signed is None:
            return None
        return diagnose(self._merchants, self._platform, record.signed)


def claimed(authorization: str) -> str | None:
    """Whom a header names, whether or not it is theirs."""
    try:
        return wechatpay.parse_authorization(authorization).mchid
    except ValueError:
        return None
