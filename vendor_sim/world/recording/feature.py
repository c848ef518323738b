"""A recorded story as a feature file: what there was, what was done, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import RECORD_FRAMES_MAX, SECOND_MS
from vendor_sim.world.recording import words
from vendor_sim.world.recording.acts import story_of
from vendor_sim.world.recording.start import money_of
from vendor_sim.world.recording.telling import Teller, machine_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sim.world.build import World
    from vendor_sim.world.recording.acts import Act, Story
    from vendor_sim.world.recording.frames import Frame
    from vendor_sim.world.recording.start import Start, Wish

_NEAR_MS = 1_500
"""Who acts so near the end of a time is told to the millisecond: a second would decide."""
_KEYWORDS = ("Given ", "When ", "Then ")


def written(world: World, start: Start, frames: Sequence[Frame], wishes: Sequence[Wish]) -> str:
    """The feature file of what was recorded until now."""
    story = story_of(start, frames, wishes)
    ended_ms = world.clock.now_ms()
    wallets = {act.row["key"]: act.row for act in story.acts if act.what == "wallet"}
    people = words.people([*start.wallet["wallet"].values(), *wallets.values()])
    teller = Teller(story, people)
    background = list(_background(start, story, teller))
    _tell_all(start, story, teller, ended_ms)
    _tell_end(world, start, story, teller)
    if len(frames) >= RECORD_FRAMES_MAX:
        teller.say("# recording ended here: more was done than is kept")
    lines = [
        f"# Recorded from {rfc3339(start.at_ms)} to {rfc3339(ended_ms)}.",
        "Feature: Recorded",
        "",
        "  Background:",
        *_flowing(background),
        "",
        "  Scenario: What people did",
        *_flowing(teller.lines),
    ]
    return "\n".join(lines) + "\n"


def name_of(start: Start) -> str:
    """What the file is called."""
    at = rfc3339(start.at_ms)
    return f"recorded-{at[:10]}-{at[11:13]}{at[14:16]}{at[17:19]}.feature"


def _background(start: Start, story: Story, teller: Teller) -> Iterator[str]:
    for machine in start.machine["machine"].values():
        if machine["key"] in _machines(story):
            slots = start.machine["slot"].values()
            yield from machine_lines(machine, [s for s in slots if s["machine"] == machine["key"]])
            teller.machine = machine["key"]
            if machine["key"] in start.busy:
                yield f"# {machine['key']} was serving somebody then; that order is left out"
    for key, wallet in start.wallet["wallet"].items():
        if key in _wallets(story):
            yield from _wallet_lines(start, key, teller.people[key], wallet["currency"])
            if wallet["wrong_pins"]:
                yield f"# {teller.people[key]} had typed a wrong PIN before"
    if start.faults["rules"] or start.faults["script"]:
        yield "# a fault plan was in force already; how far it had come cannot be said"
    yield "Given the story begins"


def _wallet_lines(start: Start, key: str, name: str, currency: str) -> Iterator[str]:
    money = start.money.get(key)
    balance = words.money(money.balance_minor if money else 0, currency)
    yield f"Given {name} has a wallet with {balance}"
    if money is not None and money.held_minor:
        yield f"# {words.money(money.held_minor, currency)} of it were held then"


def _machines(story: Story) -> set[str]:
    return {act.row["machine"] for act in story.acts if "machine" in act.row}


def _wallets(story: Story) -> set[str]:
    payers = {story.payer_of(act.told) for act in story.acts if act.what == "present"}
    scanned = {act.row["wallet"] for act in story.acts if "wallet" in act.row}
    tried = {act.row["key"] for act in story.acts if act.what in {"wrong_pin", "pin_locked"}}
    return {who for who in payers | scanned | tried if who is not None}


def _tell_all(start: Start, story: Story, teller: Teller, ended_ms: int) -> None:
    exact = any(_is_near(act, story) for act in story.acts)
    last_ms = start.at_ms
    for act in story.acts:
        place = len(teller.lines)
        teller.tell(act)
        if len(teller.lines) > place and act.at_ms - last_ms >= (1 if exact else SECOND_MS):
            last_ms = act.at_ms
            teller.lines.insert(place, _passed(act.at_ms - start.at_ms, exact=exact))
    if ended_ms - last_ms >= SECOND_MS:
        teller.say(_passed(ended_ms - start.at_ms, exact=exact))


def _passed(since_ms: int, *, exact: bool) -> str:
    return f"When {words.lasted(since_ms, exact=exact)} passed since the story began"


def _is_near(act: Act, story: Story) -> bool:
    """Whether somebody acted so near the end of a time that a second would decide."""
    ends = [row["pay_until_ms"] for row in story.orders.values()]
    ends += [row["hold_until_ms"] for row in story.orders.values()]
    return any(end is not None and abs(act.at_ms - end) < _NEAR_MS for end in ends)


def _tell_end(world: World, start: Start, story: Story, teller: Teller) -> None:
    """What there was to see in the end, as far as it was the end."""
    over = True
    for machine, key in teller.latest.items():
        order = world.machine.service.order(key)
        teller.turn_to(machine)
        if not order["done"]:
            over = False
            teller.say(f"# the order at {machine} was still {order['state']} when this ended")
            continue
        teller.ended(order)
        ends = {"taken": "the sale is complete", "returned": "the money goes back"}
        teller.say(f"Then {ends.get(order['money'], 'the order is over')}")
    if teller.unsaid or start.unsettled:
        teller.say(
            "# what wallets and slots hold is left out: not all of it comes from these steps"
        )
    elif over:
        _tell_money(world, story, teller)
        _tell_stock(world, story, teller)
    teller.say("Then the books balance")


def _tell_money(world: World, story: Story, teller: Teller) -> None:
    currencies = {one["id"]: one["currency"] for one in world.wallet.service.wallets()}
    opened = {act.row["key"] for act in story.acts if act.what == "wallet"}
    for key, money in money_of(world).items():
        if key in _wallets(story) | opened:
            balance = words.money(money.balance_minor, currencies[key])
            held = f", of which {words.money(money.held_minor, currencies[key])} is held"
            end = held if money.held_minor else ""
            teller.say(f"Then {teller.people[key]} has {balance}{end}")


def _tell_stock(world: World, story: Story, teller: Teller) -> None:
    touched = {(row["machine"], row["slot"]) for row in story.orders.values()}
    for machine in world.machine.service.machines():
        for slot in machine["slots"]:
            if (machine["id"], slot["slot"]) in touched:
                teller.turn_to(machine["id"])
                teller.say(f"Then slot {slot['slot']} holds {slot['stock']} drinks")


def _flowing(lines: Sequence[str]) -> Iterator[str]:
    """Steps as people write them: ``And`` where the keyword is the one before."""
    before = ""
    for line in lines:
        keyword = next((one for one in _KEYWORDS if line.startswith(one)), "")
        said = f"And {line[len(keyword) :]}" if keyword and keyword == before else line
        before = keyword or before
        yield f"    {said}"
