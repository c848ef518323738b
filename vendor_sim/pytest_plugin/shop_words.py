"""How sentences about a shop are read: its keys, what the platform says, what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS: Mapping[str, str] = {
    "the public key": "pubkey",
    "the platform's certificate": "cert",
    "either key": "switching",
}
"""With which of the platform's keys a shop verifies: its key mode."""
TRADES = ("NOTPAY", "SUCCESS", "REFUND", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR")
"""What a query says of an order, in the platform's own words."""
OUTCOMES = ("PROCESSING", "SUCCESS", "ABNORMAL", "CLOSED")
"""What it says of a refund."""
TROUBLES: Mapping[str, str] = {
    "FREQUENCY_LIMITED": "FREQUENCY_LIMITED",
    "SYSTEM_ERROR": "SYSTEM_ERROR",
    "202": "accepted",
}
"""What the platform can be told to answer, whatever it is asked."""
MANNERS: Mapping[str, str] = {
    "twice": "twice",
    "half a minute late": "late",
    "out of order": "reordered",
    "as spaced JSON": "spaced_json",
    "after a probe with a wrong signature": "signtest",
    "nowhere": "lost",
}
"""How it can be told to send its notices."""
SIGNERS: Mapping[str, str] = {
    "with its next certificate": "rollover",
    "with either key": "switching",
    "with its public key": "pubkey",
}
"""Which of its keys it can be told to use."""
FATES: Mapping[str, str] = {"cannot take refunds": "abnormal", "has been closed": "closed"}
"""What can be wrong with a customer's account, so that refunds do not arrive."""
NUMBERS: Mapping[str, int] = {"no": 0, "one": 1, "two": 2, "three": 3}
TIMES: Mapping[str, int] = {"once": 1, "twice": 2}
BILLS: Mapping[str, str] = {"trade": "tradebill", "fund-flow": "fundflowbill"}
SUMS: Mapping[str, str] = {
    "orders and refunds": "总交易单数",
    "paid": "订单总金额",
    "given back": "退款总金额",
    "fees": "手续费总金额",
    "postings": "资金流水总笔数",
    "in": "收入金额",
    "out": "支出金额",
}
"""The sums of the two bills, with the columns they stand in."""
