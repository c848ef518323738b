"""Each act as steps of a feature."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.world.recording import words
from vendor_sim.world.recording.acts import answer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.world.recording.acts import Act, Story
    from vendor_sim.world.recording.frames import Row

_WRONG = "000000"
"""A PIN that the steps' own is not; the one that was typed is nobody's business."""
_HARDWARE = frozenset({"jam", "empty_coil", "sensor_silent", "door_open", "power_cut", "killed"})


@dataclass
class Teller:
    """Writes acts down one after the other.

    Attributes:
        story: What there is to tell.
        people: What everybody is called.
        lines: The steps so far.
        machine: Which machine the steps are about.
        latest: The order that was opened last at each machine.
        presented: The payment code that each wallet showed last.
        broken: Whether faults decide how drinks fall.
        unsaid: Whether something happened that no step does again.
    """

    story: Story
    people: Mapping[str, str]
    lines: list[str] = field(default_factory=list)
    machine: str | None = None
    latest: dict[str, str] = field(default_factory=dict)
    presented: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    unsaid: bool = False

    def tell(self, act: Act) -> None:
        """Write an act down; what no sentence can say becomes a comment that says so."""
        tell: Callable[[Act], None] = getattr(self, f"_{act.what}")
        tell(act)

    def say(self, *lines: str) -> None:
        """Add steps as they are."""
        self.lines += lines

    def turn_to(self, machine: str) -> None:
        """From here on it is about this machine."""
        if machine != self.machine:
            self.say(f'When everybody turns to the machine called "{machine}"')
            self.machine = machine

    def ended(self, order: Row) -> None:
        """Wait for how an order ended: nobody else was served before."""
        if order["state"] in words.ENDS:
            self.say(f"Then {words.ENDS[order['state']]}")

    # -- at the machine -----------------------------------------------------------------------
    def _press(self, act: Act) -> None:
        order = self.story.orders[act.row["key"]]
        machine = order["machine"]
        self.turn_to(machine)
        if machine in self.latest:
            self.ended(self.story.orders[self.latest[machine]])
        if order["drop_seen"] in words.DROPS and not self.broken:
            self.say(f"Given the next drink {words.DROPS[order['drop_seen']]}")
        self.say(f"When a customer presses {order['slot']}")
        self.latest[machine] = order["key"]

    def _cancel(self, act: Act) -> None:
        if self._about(act.row["key"], "somebody pressed cancel"):
            self.say("When the customer presses cancel")

    def _present(self, act: Act) -> None:
        payer = self.story.payer_of(act.told)
        if payer is None:
            self._comment("somebody presented a payment code that no wallet here has shown")
        elif self._about(act.row["key"], "somebody presented a payment code"):
            again = self.presented.get(payer) == act.told
            which = "the same payment code" if again else "a payment code"
            end = " again" if again else ""
            self.say(f"When {self.people[payer]} holds {which} in front of the scanner{end}")
            self.presented[payer] = act.told

    def _desk(self, act: Act) -> None:
        if self._about(act.row["key"], "the desk decided"):
            found = "the drink fell" if act.told else "no drink fell"
            self.say("Then the order is unsure", f"When the desk finds that {found}")

    def _load(self, act: Act) -> None:
        self.turn_to(act.row["machine"])
        slot, stock = act.row["slot"], act.row["stock_after"]
        self.say(f"When the operator loads slot {slot} with {stock} drinks")

    def _price(self, act: Act) -> None:
        machine, slot = act.row["machine"], act.row["slot"]
        self.turn_to(machine)
        price = words.money(act.row["price_minor"], act.told)
        self.say(f"When the operator sets the price in slot {slot} to {price}")

    def _machine(self, act: Act) -> None:
        self.say(*machine_lines(act.row, act.told))
        self.machine = act.row["key"]

    # -- with the wallet ----------------------------------------------------------------------
    def _pay(self, act: Act) -> None:
        self._yes(act.row, "", answer_of(self.story.scans[act.row["key"]]))

    def _wrong_pin(self, act: Act) -> None:
        self._tried(act, "wrong_pin")

    def _pin_locked(self, act: Act) -> None:
        self._tried(act, "pin_locked")

    def _tried(self, act: Act, answer: str) -> None:
        if act.told is None:
            self._comment(f"{self.people[act.row['key']]} typed a wrong PIN to sign in")
        else:
            self._yes(act.told, f' with the PIN "{_WRONG}"', answer)

    def _yes(self, scan: Row, pin: str, answer: str | None) -> None:
        who = self.people[scan["wallet"]]
        if scan["presented"] is not None:
            self.say(f"When {who} confirms on the phone{pin}")
        elif self._about_code(scan, f"{who} confirmed"):
            self.say(f"When {who} scans the code and confirms{pin}")
        else:
            return
        self._answered(who, answer)

    def _decline(self, act: Act) -> None:
        who = self.people[act.row["wallet"]]
        if act.row["presented"] is not None:
            self._comment(f"{who} said no to a payment code that was charged")
        elif self._about_code(act.row, f"{who} said no"):
            self.say(f"When {who} scans the code and says no", f"Then {who} has not paid")

    def _scan(self, act: Act) -> None:
        who = self.people[act.row["wallet"]]
        if self.story.scans[act.row["key"]]["state"] in {"reading", "asking"} and self._about_code(
            act.row, f"{who} looked at a code"
        ):
            self.say(f"When {who} scans the code")

    def _turned_down(self, act: Act) -> None:
        who, code = self.people[act.row["wallet"]], act.row["code"]
        if code in self.story.shown:
            self._yes(act.row, "", act.told)
        elif act.told == "foreign_code":
            self.say("# what was scanned is not kept; this is something of its kind")
            self.say(f'When {who} scans "https://example.com/menu"')
            self._answered(who, act.told)
        else:
            self._comment(f"{who} scanned a code from before, or from elsewhere")

    def _wallet(self, act: Act) -> None:
        balance = words.money(act.row["opening_minor"], act.row["currency"])
        self.say(f"Given {self.people[act.row['key']]} has a wallet with {balance}")

    # -- the merchant, and the world ----------------------------------------------------------
    def _refund(self, act: Act) -> None:
        refs = {act.row["order_ref"], act.row["intent_id"]}
        orders = self.story.orders.values()
        order = next((one for one in orders if {one["key"], one["intent_id"]} & refs), None)
        if order is None:
            self._comment("money of an order from before, or of a shop, was given back")
        elif "released" in {order["state"], order["desk"]} and self._about(
            order["key"], "money was given back"
        ):
            amount = words.money(act.row["amount_minor"], order["currency"])
            self.say("Then the sale is complete", f"When the merchant gives back {amount}")

    def _faults(self, act: Act) -> None:
        self._plan_breaks(act.told["rules"])
        document = json.dumps(act.told, ensure_ascii=True)
        self.say("Given this fault plan", '  """', f"  {document}", '  """')

    def _fault(self, act: Act) -> None:
        self._plan_breaks([act.told])
        rows = [list(map(str, act.told)), [str(told) for told in act.told.values()]]
        self.say("Given these faults", *(f"  | {' | '.join(row)} |" for row in rows))

    def _mended(self, _act: Act) -> None:
        self.say("When everybody can reach the platform again")

    def _power(self, act: Act) -> None:
        self.broken = True
        service, down_ms = words.SERVICES[act.told["service"]], act.told["down_ms"]
        if act.told["power"] == "on":
            self.say(f"When {service} comes back")
        elif down_ms is None:
            self.say(f"When {service} loses power")
        else:
            self.say(f"When {service} loses power for {down_ms} milliseconds")

    def _plan_breaks(self, rules: list[Mapping[str, object]]) -> None:
        self.broken = self.broken or any(rule["fault"] in _HARDWARE for rule in rules)

    # -- what all of them need ----------------------------------------------------------------
    def _about(self, order: str, what: str) -> bool:
        """Turn to an order; False, and a comment, where a later one has taken its place."""
        row = self.story.orders[order]
        if self.latest.get(row["machine"]) != order:
            self._comment(f"{what}, for an order that was not the last one at its machine")
            return False
        self.turn_to(row["machine"])
        return True

    def _about_code(self, scan: Row, what: str) -> bool:
        order = self.story.shown.get(scan["code"])
        if order is None:
            self._comment(f"{what}: a code from before, or from elsewhere")
            return False
        return self._about(order, what)

    def _answered(self, who: str, answer: str | None) -> None:
        if answer == "paid":
            self.say(f"Then {who} has paid")
        elif answer in words.REASONS:
            self.say(f"Then {who} is told that {words.REASONS[answer]}")

    def _unsaid(self, act: Act) -> None:
        self._comment(act.told["what"])

    def _comment(self, what: str) -> None:
        self.unsaid = True
        self.say(f"# no sentence says this: {what}")


def machine_lines(machine: Row, slots: list[Row]) -> list[str]:
    """The step that sets a machine up."""
    takes = words.TAKES[machine["takes"], machine["speaks"]]
    table = [["slot", "drink", "price", "stock"]]
    for one in slots:
        price = words.money(one["price_minor"], machine["currency"])
        table.append([one["slot"], _cell(one["product"]), price, str(one["stock"])])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    rows = (
        " | ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        for row in table
    )
    return [
        f'Given a machine called "{machine["key"]}" that {takes}, with',
        *(f"  | {row} |" for row in rows),
    ]


def _cell(text: str) -> str:
    """A text in a cell of a table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
