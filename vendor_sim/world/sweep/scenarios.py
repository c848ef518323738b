"""Small purchases, each with one thing about it: what everything that can go wrong is tried on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import PRESENTED_MS
from vendor_sim.world.plan import MachinePlan, MerchantPlan, Plan, SlotPlan, WalletPlan
from vendor_sim.world.sweep.people import PIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.world.sweep.people import People

_MCHID = "1900000009"
_HALL = MachinePlan("hall", "Hall", "hold", "CNY", (SlotPlan("A1", "Tea", 450),))
_PIER = MachinePlan(
    *("pier", "Pier", "at_once", "JPY"), (SlotPlan("A1", "Tea", 160), SlotPlan("A2", "Milk", 200))
)
_TRACK = MachinePlan(
    "track",
    "Track 9",
    "at_once",
    "CNY",
    (SlotPlan("A1", "Water", 300), SlotPlan("C1", "Gold", 100_100)),
    speaks="wechat_v3",
    mchid=_MCHID,
)
_HELD = WalletPlan("ada", "Ada", "CNY", 1_000, PIN)
_OTHER = WalletPlan("bo", "Bo", "CNY", 1_000, PIN)
_YEN = WalletPlan("yuki", "Yuki", "JPY", 1_000, PIN)
_RICH = WalletPlan("ada", "Ada", "CNY", 200_000, PIN)
_NOT_PAID = frozenset({"cancelled", "expired", "refused"})
_UNSEEN = frozenset({"unsure: released", "unsure: not released", "unsure: undecided"})
_NOT_FALLEN = frozenset({"not released", "not released: jammed", "not released: empty"})
_ANY = _NOT_PAID | _UNSEEN | _NOT_FALLEN | {"released"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One small story about one machine.

    Attributes:
        plan: What there is.
        act: What people do.
        ends: How its order ends where nothing goes wrong.
        may_end: How it may end where something does.
        faults: Decisions that belong to the story itself.
        before: What people did before it begins.
        needs: What it cannot do without, and why there is no second way.
    """

    name: str
    plan: Plan
    act: Callable[[People], None]
    ends: str
    may_end: frozenset[str] = _ANY
    faults: tuple[str, ...] = ()
    before: Callable[[People], None] | None = None
    needs: Mapping[str, str] = field(default_factory=dict)


def _hall(*wallets: WalletPlan) -> Plan:
    return Plan((_HALL,), wallets or (_HELD,))


def _track(wallet: WalletPlan) -> Plan:
    return Plan((_TRACK,), (wallet,), (MerchantPlan(_MCHID, "Track 9"),))


def _buys(wallet: str, machine: str, slot: str = "A1") -> Callable[[People], None]:
    """Press, scan, say yes."""

    def act(people: People) -> None:
        people.say_yes(people.read(wallet, people.code(people.press(machine, slot))))

    return act


def _treated(wish: dict[str, str]) -> Callable[[People], None]:
    """The platform does to a WeChat Pay merchant what it does now and then; then somebody buys."""

    def act(people: People) -> None:
        people.treat(_MCHID, wish)
        _buys("ada", "track")(people)

    return act


def _pays_what_is_on_the_wire(people: People) -> None:
    """The code is read off its way to the screen, and paid before it gets there."""
    order = people.press("hall", "A1")
    people.say_yes(people.read("ada", people.code_on_the_wire("hall", order)))


def _cancels_while_paying(people: People) -> None:
    order = people.press("hall", "A1")
    scan = people.read("ada", people.code(order))
    people.each(lambda: people.say_yes(scan), lambda: people.cancel("hall"))


def _cancels_after_paying(people: People) -> None:
    """Too late, unless the machine has not heard of the payment yet."""
    _buys("ada", "hall")(people)
    people.wait(1)
    people.cancel("hall")


def _cancels_before_the_code(people: People) -> None:
    people.press("hall", "A1")
    people.cancel("hall")


def _two_wallets(people: People) -> None:
    code = people.code(people.press("hall", "A1"))
    scans: list[str] = []
    people.each(*(lambda who=who: scans.append(people.read(who, code)) for who in ("ada", "bo")))
    people.each(*(lambda scan=scan: people.say_yes(scan) for scan in scans))


def _pays_at_the_edge(machine: str, late_ms: int) -> Callable[[People], None]:
    """Says yes so long after the code's end."""

    def act(people: People) -> None:
        order = people.press(machine, "A1")
        scan = people.read("ada", people.code(order))
        people.wait_until(people.pay_until_ms(scan) + late_ms)
        people.say_yes(scan)

    return act


def _refunds_race(people: People) -> None:
    """The desk gives some of the money back while the machine gives back all of it."""
    order = people.press("pier", "A1")
    people.say_yes(people.read("yuki", people.code(order)))
    people.until(order, leaves={"awaiting_payment", "paid"})
    people.each(*(lambda: people.give_back(order, 100),) * 2)


def _shows_a_code(people: People) -> None:
    people.code(people.press("track", "A1"))
    people.present("track", people.digits("ada"))
    people.wait(PRESENTED_MS)  # no world waits for a wallet that asks what became of its code


def _asks_the_payer(people: People) -> None:
    order = people.press("track", "C1")
    people.code(order)
    people.present("track", people.digits("ada"))
    people.say_yes(people.asked("ada"))
    people.wait(PRESENTED_MS)


def _the_desk_says(*, released: bool) -> Callable[[People], None]:
    def act(people: People) -> None:
        order = people.press("hall", "A1")
        people.say_yes(people.read("ada", people.code(order)))
        people.until(order, leaves={"awaiting_payment", "paid", "releasing"})
        people.settle(order, released=released)

    return act


_JAM_HALL, _JAM_PIER = "jam|hall/A1#0", "jam|pier/A1#0"
_YES_LOST = "request_lost|wallet>ledger POST /v1/authorisations#0"
_NOT_SEEN = ("sensor_silent|hall/A1#0",)
_NEVER_FELL = _ANY - {"released"}
_ALL = (
    Scenario("buy by hold", _hall(), _buys("ada", "hall"), "released"),
    Scenario("buy by WeChat Pay", _track(_HELD), _buys("ada", "track"), "released"),
    Scenario(
        *("jam, hold let go", _hall(), _buys("ada", "hall"), "not released: jammed"),
        *(_NEVER_FELL, (_JAM_HALL,)),
    ),
    Scenario(
        *("jam, money back by WeChat Pay", _track(_HELD), _buys("ada", "track")),
        *("not released: jammed", _NEVER_FELL, ("jam|track/A1#0",)),
    ),
    Scenario(
        *("jam, the refund cannot be placed", _track(_HELD), _treated({"refund": "abnormal"})),
        *("not released: jammed", _NEVER_FELL, ("jam|track/A1#0",)),
    ),
    Scenario(
        *("a forged notice first", _track(_HELD), _treated({"notify": "signtest"}), "released"),
        needs={"polling": "nobody tells a machine again that seems to have taken a forged notice"},
    ),
    Scenario("cancel after paying", _hall(), _cancels_after_paying, "released"),
    Scenario("cancel while paying", _hall(), _cancels_while_paying, "cancelled"),
    Scenario(
        *("cancel before the code", _hall(), _cancels_before_the_code, "cancelled"),
        _NOT_PAID,
    ),
    Scenario(
        *("paid before the machine knows", _hall(), _pays_what_is_on_the_wire, "released"),
        faults=("answer_lost|machine>ledger POST /v1/intents#0",),
    ),
    Scenario("two wallets, one code", _hall(_HELD, _OTHER), _two_wallets, "released"),
    Scenario("paid in the last millisecond", _hall(), _pays_at_the_edge("hall", -1), "released"),
    Scenario(
        *("paid a millisecond late", _hall(), _pays_at_the_edge("hall", 0), "expired", _NOT_PAID),
    ),
    Scenario(
        *("a yes in time that is heard too late", _track(_HELD), _pays_at_the_edge("track", -1)),
        "expired",
        faults=(_YES_LOST,),
        needs={"polling": "nobody tells a wallet that its yes came to nothing"},
    ),
    Scenario(
        *("refund race", Plan((_PIER,), (_YEN,)), _refunds_race, "not released: jammed"),
        *(_NEVER_FELL, (_JAM_PIER,), _buys("yuki", "pier", "A2")),
    ),
    Scenario("payment code", _track(_HELD), _shows_a_code, "released"),
    Scenario(
        *("payment code with the payer's word", _track(_RICH), _asks_the_payer, "released"),
        needs={"polling": "nobody tells a wallet that a till asks for its payer's word"},
    ),
    Scenario(
        *("unsure, the desk says it fell", _hall(), _the_desk_says(released=True)),
        *("unsure: released", _NOT_PAID | _UNSEEN | _NOT_FALLEN, _NOT_SEEN),
    ),
    Scenario(
        *("unsure, nobody says a word", _hall(), _buys("ada", "hall"), "unsure: undecided"),
        *(_NOT_PAID | _NOT_FALLEN | {"unsure: undecided"}, _NOT_SEEN),
    ),
)
SCENARIOS = {one.name: one for one in _ALL}
"""Every scenario by its name."""
