"""What customers do, as scripts: each yields how long it waits until the next act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MINUTE_MS, PIN_ATTEMPTS_MAX, SECOND_MS
from vendor_sim.kernel.problems import TRANSIENT, Code
from vendor_sim.world.simulate.town import PIN, WRONG_PIN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from vendor_sim.world.simulate.agenda import Script
    from vendor_sim.world.simulate.customers import Customer
    from vendor_sim.world.simulate.hands import Hands

    Finding = Generator[int, None, str | None]
    Manner = Callable[["Customer", Hands, str], Script]

_LOOKS_MS = 700
"""People look at a screen about this often."""
_QUEUES_MS = 4 * MINUTE_MS
_WATCHES_MS = 25 * SECOND_MS
_EDGES_MS = (-1_000, -1, 0, 1, 1_000)
"""Around the instant at which a code dies, where mistakes live."""


def press(one: Customer, hands: Hands) -> Finding:
    """Wait in the queue and press; the order's id, None where this customer got none."""
    waited_ms = 0
    while True:
        came = hands.press(one.name, one.machine, one.slot)
        if not isinstance(came, Code):
            return came
        if came not in TRANSIENT or waited_ms > _QUEUES_MS:
            return None
        pause_ms = one.pause_ms(f"queues {waited_ms}", 5 * SECOND_MS, 40 * SECOND_MS)
        waited_ms += pause_ms
        yield pause_ms


def pays(one: Customer, hands: Hands, order: str) -> Script:
    """Scan, type the PIN, and perhaps tap twice."""
    scan = yield from _read(one, hands, order, one.wallet)
    if scan is None:
        return
    yield one.pause_ms("types")
    hands.approve(one.name, scan, PIN)
    if one.choices.happens("taps again", 0.3):
        yield one.pause_ms("taps", 1, 3 * SECOND_MS)
        hands.approve(one.name, scan, PIN)


def mistypes(one: Customer, hands: Hands, order: str) -> Script:
    """A wrong PIN, once or until it locks, then the right one."""
    scan = yield from _read(one, hands, order, one.wallet)
    if scan is None:
        return
    for number in range(one.choices.between("wrong", 1, PIN_ATTEMPTS_MAX)):
        yield one.pause_ms(f"types {number}")
        hands.approve(one.name, scan, WRONG_PIN)
    yield one.pause_ms("thinks", SECOND_MS, 90 * SECOND_MS)
    hands.approve(one.name, scan, PIN)


def declines(one: Customer, hands: Hands, order: str) -> Script:
    """Read what it costs and say no; then cancel, or leave the machine to it."""
    scan = yield from _read(one, hands, order, one.wallet)
    if scan is None:
        return
    yield one.pause_ms("types")
    hands.decline(one.name, scan)
    if one.choices.happens("cancels too", 0.5):
        yield one.pause_ms("cancels")
        hands.cancel(one.name, one.machine)


def cancels(one: Customer, hands: Hands, order: str) -> Script:
    """Cancel at once, with the code in view, or while the payment is under way."""
    when = one.choices.one_of("when", ("at once", "code", "paying"))
    if when == "at once":
        yield one.pause_ms("regrets", 1, SECOND_MS)
    elif when == "code":
        yield from _code(hands, order)
        yield one.pause_ms("regrets")
    else:
        scan = yield from _read(one, hands, order, one.wallet)
        if scan is not None:
            hands.approve(one.name, scan, PIN)
            yield one.choices.one_of("regrets", (1, 1, 50, 500))
    hands.cancel(one.name, one.machine)


def walks_away(one: Customer, hands: Hands, order: str) -> Script:  # noqa: ARG001 - a manner
    """Press and leave: the code dies by itself."""
    yield from ()


def reads_only(one: Customer, hands: Hands, order: str) -> Script:
    """Scan, and put the phone away."""
    yield from _read(one, hands, order, one.wallet)


def brings_a_friend(one: Customer, hands: Hands, order: str) -> Script:
    """Two phones read the same code, and both say yes."""
    scan = yield from _read(one, hands, order, one.wallet)
    other = yield from _read(one, hands, order, one.friend)
    for number, found in enumerate((other, scan)):
        if found is not None:
            hands.approve(one.name, found, PIN)
            if one.choices.happens(f"one by one {number}", 0.5):
                yield one.pause_ms(f"between {number}", 1, SECOND_MS)


def pays_at_the_last_second(one: Customer, hands: Hands, order: str) -> Script:
    """Say yes around the very instant at which the code dies."""
    scan = yield from _read(one, hands, order, one.wallet)
    if scan is None:
        return
    seen = hands.scanned(scan)
    if isinstance(seen, Code) or seen["pay_until_ms"] is None:
        return
    until_ms = int(seen["pay_until_ms"]) + one.choices.one_of("edge", _EDGES_MS)
    yield until_ms - hands.now_ms()
    hands.approve(one.name, scan, PIN)


def comes_back_late(one: Customer, hands: Hands, order: str) -> Script:
    """A photograph of the code, paid long after."""
    code = yield from _code(hands, order)
    if code is None:
        return
    yield one.pause_ms("strolls", 90 * SECOND_MS, 5 * MINUTE_MS)
    scan = yield from _scan(hands, one.name, one.wallet, code)
    if scan is not None:
        yield one.pause_ms("types")
        hands.approve(one.name, scan, PIN)


def shows_a_code(one: Customer, hands: Hands, order: str) -> Script:
    """Hold a payment code in front of the scanner; say yes or no where one is asked."""
    yield from _code(hands, order)
    hands.ask_code(one.name, one.wallet)
    digits = yield from _digits(one, hands)
    if digits is None:
        return
    yield one.pause_ms("holds it up")
    if hands.present(one.name, one.machine, digits) is Code.WRONG_STATE:
        yield from pays(one, hands, order)  # there is no scanner here
        return
    if one.choices.happens("cancels too", 0.1):
        yield one.pause_ms("regrets", 1, SECOND_MS)
        hands.cancel(one.name, one.machine)
    yield from _answers(one, hands)


MANNERS: dict[str, Manner] = {
    act.__name__.replace("_", " "): act
    for act in (
        *(pays, mistypes, declines, cancels, walks_away, reads_only, brings_a_friend),
        *(pays_at_the_last_second, comes_back_late, shows_a_code),
    )
}


def _read(one: Customer, hands: Hands, order: str, wallet: str) -> Finding:
    """Scan the code on the screen; the scan's id once the wallet says what it costs."""
    code = yield from _code(hands, order)
    if code is None:
        return None
    yield one.pause_ms(f"aims {wallet}")
    return (yield from _scan(hands, one.name, wallet, code))


def _code(hands: Hands, order: str) -> Finding:
    """The code on the screen; None where none comes, or the customer is tired of waiting."""
    for _ in range(_WATCHES_MS // _LOOKS_MS):
        yield _LOOKS_MS
        seen = hands.order(order)
        if isinstance(seen, Code) or seen["state"] == "opening":
            continue
        return str(seen["code"]) if seen["state"] == "awaiting_payment" else None
    return None


def _scan(hands: Hands, who: str, wallet: str, code: str) -> Finding:
    scan = hands.scan(who, wallet, code)
    if isinstance(scan, Code):
        return None
    for _ in range(_WATCHES_MS // _LOOKS_MS):
        yield _LOOKS_MS
        seen = hands.scanned(scan)
        if isinstance(seen, Code) or seen["state"] == "reading":
            continue
        return scan if seen["state"] == "asking" else None
    return None


def _digits(one: Customer, hands: Hands) -> Finding:
    for _ in range(_WATCHES_MS // _LOOKS_MS):
        yield _LOOKS_MS
        seen = hands.shown_code(one.wallet)
        if seen is not None and not isinstance(seen, Code):
            return seen["auth_code"]
    return None


def _answers(one: Customer, hands: Hands) -> Script:
    for _ in range(_WATCHES_MS // _LOOKS_MS):
        yield _LOOKS_MS
        asked = hands.asked(one.wallet)
        if asked is None or isinstance(asked, Code):
            continue
        yield one.pause_ms("types", 1, 40 * SECOND_MS)
        if one.choices.happens("says no", 0.3):
            hands.decline(one.name, asked)
        else:
            hands.approve(one.name, asked, PIN)
        return
