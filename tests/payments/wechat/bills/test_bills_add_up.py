"""Whatever a merchant did, each day's bills add up to what the ledger posted on that day."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.payments.wechat.bills.history import ACCOUNT, FEE_PPM, REFUND_MS, History, at, database
from tests.payments.wechat.bills.reading import Read, minor, read
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, MINUTE_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.domain import Refund, RefundEvent, RefundState
from vendor_sim.payments.wechat.bills import fundflow_bill, trade_bill
from vendor_sim.payments.wechat.bills.days import Day, day_of, stamp
from vendor_sim.payments.wechat.bills.matters import matters
from vendor_sim.payments.wechat.bills.postings import of_day

if TYPE_CHECKING:
    from vendor_sim.payments.domain import Intent

MIDNIGHT_MS = at("2026-11-20T00:00:00")
STEPS_MS = [
    *(0, 1, 999, REFUND_MS - 1, REFUND_MS, MINUTE_MS, HOUR_MS, 10 * HOUR_MS),
    *(DAY_MS - 1, DAY_MS, DAY_MS + 1, 3 * DAY_MS),
]
AMOUNTS = st.one_of(st.integers(1, 200), st.integers(1, 10**7))
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
WORDS = st.text(LETTERS | st.sampled_from(",\r\n`"))
TYPES = ("ALL", "SUCCESS", "REFUND")
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), AMOUNTS, WORDS),
        st.tuples(
            st.just("give back"),
            st.integers(0, 10),
            st.sampled_from([1, 2, 3, 10, 10**9]),
            st.sampled_from([RefundEvent.ARRIVE, RefundEvent.FAIL, RefundEvent.CLOSE]),
            st.booleans(),
        ),
        st.tuples(st.just("apply"), st.integers(0, 10)),
        st.tuples(st.just("wait"), st.sampled_from(STEPS_MS)),
        st.tuples(st.just("to midnight"), st.sampled_from([-1, 0, 1])),
    ),
    min_size=4,
    max_size=24,
)


@dataclass(frozen=True)
class Posted:
    """An entry of the merchant's account, as raw SQL finds it."""

    code: str
    change_minor: int
    balance_minor: int
    at_ms: int


EVER = SimpleNamespace(begins_ms=0, ends_ms=2**62)
Files = dict[Day, dict[str, bytes | None]]


def live(acts: list[tuple[Any, ...]]) -> tuple[History, Files]:
    """Do it all, and look at the result well after.

    Returns:
        The history, and each day's bills as they were at the moment they were made.
    """
    history, files = History(database(), MIDNIGHT_MS - HOUR_MS), Files()
    sold: list[Intent] = []
    back: list[Refund] = []
    for what, *how in acts:
        if what == "sell":
            sold.append(history.sell(how[0], description=how[1], attach=how[1]))
        elif what == "give back" and sold:
            give_back(history, sold[how[0] % len(sold)], back, *how[1:])
        elif what == "apply" and back:
            apply(history, back[how[0] % len(back)])
        elif what == "wait":
            until(history, history.clock.now_ms() + how[0], files)
        elif what == "to midnight":
            until(history, day_of(history.clock.now_ms()).ends_ms + how[0], files)
    until(history, history.clock.now_ms() + 2 * DAY_MS, files)
    return history, files


def until(history: History, at_ms: int, files: Files) -> None:
    """Let time go by, and keep each day's bills when they are made."""
    day = Day(day_of(history.clock.now_ms()).number - 1)
    while day.made_at_ms(10) <= at_ms:
        if day not in files and day.made_at_ms(10) >= history.clock.now_ms():
            history.until(day.made_at_ms(10))
            files[day] = written(history, day, 1000)
        day = Day(day.number + 1)
    history.until(at_ms)


def give_back(
    history: History,
    intent: Intent,
    back: list[Refund],
    share: int,
    ends: RefundEvent,
    named: bool,
) -> None:
    left_minor = history.intent(intent.id).refundable_minor
    try:
        refund = history.give_back(intent, max(1, left_minor // share), ends, named=named)
    except Refused:
        return  # nothing left of it, or the account has too little
    if named:
        back.append(refund)


def apply(history: History, refund: Refund) -> None:
    found = history.door.read(lambda cx: history.service.refunding.by_id(cx, refund.id))
    if found is not None and found[0].state is RefundState.ABNORMAL:
        history.apply_again(refund)


def posted(history: History, day: Any) -> list[Posted]:
    query = text(
        "SELECT transfer.code, posted_delta, posted_after, entry.at_ms FROM entry "
        "JOIN transfer ON transfer.seq = entry.seq WHERE account_id = :account "
        "AND entry.at_ms >= :since AND entry.at_ms < :until ORDER BY entry.seq"
    )
    span = {"account": ACCOUNT, "since": day.begins_ms, "until": day.ends_ms}
    with history.door.begin() as cx:
        return [Posted(*row) for row in cx.execute(query, span)]


def written(history: History, day: Day, page_rows: int) -> dict[str, bytes | None]:
    """The trade bills of a day by type, and its fund-flow bill as ``BASIC``."""
    found = list(matters(history.service, of_day(history.door, ACCOUNT, day, page_rows)))
    terms = [trade_bill.Terms(one, FEE_PPM, day.made_at_ms(10), REFUND_MS) for one in TYPES]
    trade = {one.type: trade_bill.write(found, one) for one in terms}
    return {**trade, "BASIC": fundflow_bill.write(found)}


def change(entries: list[Posted], *codes: str) -> int:
    return sum(entry.change_minor for entry in entries if entry.code in codes)


def check_trade(entries: list[Posted], bills: dict[str, Read | None]) -> None:
    codes = [entry.code for entry in entries]
    assert (bills["SUCCESS"] is None) == ("sale" not in codes)
    assert (bills["REFUND"] is None) == ("refund" not in codes)
    for type_ in TYPES:
        bill = bills[type_]
        if bill is None:
            continue
        assert int(bill.sums["总交易单数"]) == len(bill.rows)
        assert bill.minor("订单总金额") == bill.total("订单金额") == bill.minor("应结订单总金额")
        assert bill.minor("手续费总金额") == bill.total("手续费")
        if type_ != "REFUND":
            assert bill.minor("订单总金额") == change(entries, "sale")
        if type_ != "SUCCESS":
            assert bill.minor("退款总金额") == bill.total("退款金额") == -change(entries, "refund")
            assert bill.minor("申请退款总金额") == bill.total("申请退款金额")
    everything = bills["ALL"]
    if everything is not None:
        assert everything.minor("手续费总金额") == -change(entries, "fee", "fee_returned")
        assert len(everything.rows) == codes.count("sale") + codes.count("refund")
        times = [stamp(entry.at_ms) for entry in entries if entry.code in {"sale", "refund"}]
        assert [row["交易时间"] for row in everything.rows] == times


def check_fund_flow(entries: list[Posted], bill: Read | None) -> None:
    assert (bill is None) == (entries == [])
    if bill is None:
        return
    told = [(minor(row["收支金额(元)"]), minor(row["账户结余(元)"])) for row in bill.rows]
    assert told == [(abs(entry.change_minor), entry.balance_minor) for entry in entries]
    came = [entry.change_minor for entry in entries if entry.change_minor > 0]
    went = [-entry.change_minor for entry in entries if entry.change_minor < 0]
    assert (bill.minor("收入金额"), bill.minor("支出金额")) == (sum(came), sum(went))
    counts = [bill.sums[column] for column in ("资金流水总笔数", "收入笔数", "支出笔数")]
    assert counts == [str(len(entries)), str(len(came)), str(len(went))]
    assert [row["收支类型"] == "收入" for row in bill.rows] == [e.change_minor > 0 for e in entries]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS, st.sampled_from([1, 2, 3, 1000]))
def test_the_bills_of_any_history_add_up_to_its_postings_and_never_change(acts, page_rows):
    history, kept = live(acts)
    try:
        for day, files in kept.items():
            entries = posted(history, day)
            assert written(history, day, page_rows) == files
            bills = {type_: read(file) if file else None for type_, file in files.items()}
            check_trade(entries, bills)
            check_fund_flow(entries, bills["BASIC"])
        told = sum(len(posted(history, day)) for day in kept)
        assert told == len(posted(history, EVER)), "every posting is in some day's bill"
        assert history.service.browsing.audit() == []
    finally:
        history.door.close()
