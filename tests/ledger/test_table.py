"""One line, one transfer, one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger.books import told
from vendor_sim.ledger import Side
from vendor_sim.ledger.audit import audit

if TYPE_CHECKING:
    from tests.ledger.books import Books
    from tests.ledger.test_domain_table import Bare

TABLES = {
    "moving money at once": """
        t1  single   bank>pete  10000                  -> ok
        t2  single   pete>shop  350                    -> ok
        t3  single   pete>shop  9651                   -> insufficient_funds
        t4  single   pete>shop  9650                   -> ok
        t5  single   pete>shop  1                      -> insufficient_funds
        t6  single   shop>pete  10000                  -> ok
        t7  single   shop>pete  1                      -> insufficient_funds
        t8  single   bank>bank  1                      -> invalid:credit
        t9  single   bank>pete  0                      -> invalid:amount_minor
        t9  single   bank>pete  -5                     -> invalid:amount_minor
        t9  single   bank>pete  1000000000000001       -> invalid:amount_minor
        t9  single   bank>nobody 5                     -> not_found:credit
        t9  single   nobody>pete 5                     -> not_found:debit
        = pete 10000 held 0
        = shop 0 held 0
        = bank 10000 held 0
    """,
    "a refused id may be used again": """
        t1  single   pete>shop  350                    -> insufficient_funds
        t2  single   bank>pete  350                    -> ok
        t1  single   pete>shop  350                    -> ok
        = pete 0 held 0
    """,
    "a replay does nothing, another transfer under the same id is refused": """
        t1  single   bank>pete  100                    -> ok
        t1  single   bank>pete  100                    -> ok
        t1  single   bank>pete  100 @77                -> ok
        t1  single   bank>pete  101                    -> exists:amount_minor
        t1  single   bank>shop  100                    -> exists:credit
        t1  single   pete>bank  100                    -> exists:debit
        t1  single   bank>pete  100 about in_2         -> exists:reference
        t1  pending  bank>pete  100 until 9            -> exists:kind
        h1  pending  pete>shop  100 until 9            -> ok
        h1  pending  pete>shop  100 until 9            -> ok
        h1  pending  pete>shop  100 until 8            -> exists:expires_at_ms
        v1  void     pete>shop  100 of h1              -> ok
        v1  void     pete>shop  100 of h1              -> ok
        v1  void     pete>shop  100 of h2              -> exists:pending_id
        = pete 100 held 0
    """,
    "a hold counts at once": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        = pete 1000 held 700
        = shop 0 held 0
        h2  pending  pete>shop  301 @2 until 100       -> insufficient_funds
        t2  single   pete>shop  301 @2                 -> insufficient_funds
        t3  single   shop>pete  1   @2                 -> insufficient_funds
        h2  pending  pete>shop  300 @2 until 100       -> ok
        = pete 1000 held 1000
    """,
    "hold, post": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        p1  post     pete>shop  700 @99 of h1          -> ok
        = pete 300 held 0
        = shop 700 held 0
        p2  post     pete>shop  700 @99 of h1          -> wrong_state:pending_id
        v1  void     pete>shop  700 @99 of h1          -> wrong_state:pending_id
        e1  expire   pete>shop  700 @100 of h1         -> wrong_state:pending_id
        r1  single   shop>pete  700 @200               -> ok
        = pete 1000 held 0
    """,
    "hold, post a part: the rest goes back": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        p1  post     pete>shop  701 @2 of h1           -> invalid:amount_minor
        p1  post     pete>shop  200 @2 of h1           -> ok
        = pete 800 held 0
        = shop 200 held 0
        p2  post     pete>shop  500 @3 of h1           -> wrong_state:pending_id
    """,
    "hold, void": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        v1  void     pete>shop  699 @2 of h1           -> invalid:amount_minor
        v1  void     pete>shop  700 @2 of h1           -> ok
        = pete 1000 held 0
        v2  void     pete>shop  700 @2 of h1           -> wrong_state:pending_id
        p1  post     pete>shop  700 @2 of h1           -> wrong_state:pending_id
        e1  expire   pete>shop  700 @100 of h1         -> wrong_state:pending_id
    """,
    "hold, expire": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        e1  expire   pete>shop  700 @99 of h1          -> wrong_state:pending_id
        p1  post     pete>shop  700 @100 of h1         -> expired:pending_id
        e1  expire   pete>shop  701 @100 of h1         -> invalid:amount_minor
        e1  expire   pete>shop  700 @100 of h1         -> ok
        = pete 1000 held 0
        p2  post     pete>shop  700 @101 of h1         -> wrong_state:pending_id
        v1  void     pete>shop  700 @101 of h1         -> wrong_state:pending_id
        e2  expire   pete>shop  700 @101 of h1         -> wrong_state:pending_id
    """,
    "a lapsed hold that nobody expired may still be voided": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 @1 until 100       -> ok
        v1  void     pete>shop  700 @500 of h1         -> ok
        = pete 1000 held 0
    """,
    "ends fit their hold": """
        t1  single   bank>pete  1000                   -> ok
        h1  pending  pete>shop  700 until 100          -> ok
        p1  post     shop>pete  700 of h1              -> invalid:debit
        p1  post     pete>bank  700 of h1              -> invalid:credit
        p1  post     pete>shop  700 of nothing         -> not_found:pending_id
        p1  post     pete>shop  700 of t1              -> invalid:pending_id
        p1  post     pete>shop  700                    -> invalid:pending_id
        p1  void     pete>shop  700                    -> invalid:pending_id
        p1  expire   pete>shop  700                    -> invalid:pending_id
        p1  single   pete>shop  700 of h1              -> invalid:pending_id
        p1  pending  pete>shop  700 until 9 of h1      -> invalid:pending_id
        p1  post     pete>shop  700 until 9 of h1      -> invalid:expires_at_ms
        p1  single   pete>shop  700 until 9            -> invalid:expires_at_ms
        h2  pending  pete>shop  100                    -> invalid:expires_at_ms
        h2  pending  pete>shop  100 @9 until 9         -> invalid:expires_at_ms
        = pete 1000 held 700
    """,
    "currencies never mix": """
        t1  single   bank>pete  1000 JPY               -> ok
        t2  single   bank>pete  1000 KWD               -> ok
        t3  single   bank:JPY>pete:KWD 5 JPY           -> currency_mismatch:currency
        t3  single   bank:JPY>pete:KWD 5 KWD           -> currency_mismatch:currency
        t3  single   bank:JPY>pete:JPY 5 CNY           -> currency_mismatch:currency
        t4  single   pete>shop  1    CNY               -> insufficient_funds
        h1  pending  pete>shop  400  JPY until 9       -> ok
        p1  post     pete:JPY>shop:JPY 400 CNY of h1   -> currency_mismatch:currency
        p1  post     pete>shop  400  JPY of h1         -> ok
        t5  single   pete>shop  1000 KWD               -> ok
        = pete:JPY 600 held 0
        = pete:KWD 0 held 0
        = pete:CNY 0 held 0
        = shop:KWD 1000 held 0
    """,
    "an account that grows on the debit side has its floor there": """
        t1  single   bank>till  5                      -> insufficient_funds
        t2  single   till>bank  100                    -> ok
        h1  pending  bank>till  70 until 9             -> ok
        t3  single   pete>till  31                     -> insufficient_funds
        h2  pending  bank>till  31 until 9             -> insufficient_funds
        p1  post     bank>till  70 of h1               -> ok
        = till 30 held 0
    """,
    "when several things are wrong, the first in the list of codes is told": """
        x   single   nobody>pete -1 JPY                -> not_found:debit
        x   post     pete>shop  -1 of nothing          -> not_found:pending_id
        x   single   bank:JPY>pete:KWD 0 CNY           -> invalid:amount_minor
        t1  single   bank>pete  10                     -> ok
        h1  pending  pete>shop  10 until 5             -> ok
        x   post     pete:CNY>shop:CNY 11 JPY @9 of h1 -> invalid:amount_minor
        x   post     pete:CNY>shop:CNY 10 JPY @9 of h1 -> expired:pending_id
        x   single   pete:CNY>shop:CNY 99 JPY          -> currency_mismatch:currency
    """,
}


@pytest.mark.parametrize("name", TABLES)
def test_each_line_gets_its_verdict(shared: Books, name: str) -> None:
    """On SQLite and on PostgreSQL; and whatever was asked, the audit finds nothing."""
    for line in filter(None, map(str.strip, TABLES[name].splitlines())):
        if line.startswith("="):
            check_balance(shared, line)
        else:
            asked, verdict = line.split("->")
            assert shared.submit(told(asked)) == verdict.strip(), line
    assert shared.db.read(audit) == []


def check_balance(books: Books | Bare, line: str) -> None:
    """Hold an account against a line ``= ACCOUNT POSTED held HELD``."""
    _, name, posted, _, held = line.split()
    account_id = name if ":" in name or name == "till" else f"{name}:CNY"
    side = Side.DEBIT if name in {"bank", "till"} else Side.CREDIT
    balance = books.balance(account_id)
    assert (balance.posted(side), balance.held(side)) == (int(posted), int(held)), line
    assert balance.available(side) == int(posted) - int(held)
