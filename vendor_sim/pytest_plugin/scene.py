"""What the steps of one scenario remember, and the few things that several of them do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Refused
from vendor_sim.pytest_plugin.shop_refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.pytest_plugin.race import Race
    from vendor_sim.pytest_plugin.shop import Shop
    from vendor_sim.pytest_plugin.shop_bills import Bill
    from vendor_sim.pytest_plugin.shop_hook import Heard
    from vendor_sim.pytest_plugin.stage import Stage

Json = dict[str, Any]


@dataclass
class Scene:
    """The story so far.

    Attributes:
        world: Where it plays.
        machine: The machine it is about.
        order: The order it is about, by its id.
        code: The code that was last on the machine's screen, or that the shop shows.
        answers: What became of each person's last attempt to pay.
        presented: The payment code that each person showed last.
        refusal: Why the last thing that somebody asked for was refused.
        shop: The shop it is about.
        bill: The bill that the shop fetched last.
        moment: The events that happen at the same moment.
        race: What came of every order of some events, or of one.
        elsewhere: What was ordered last at the other machines, with its code.
        began_ms: When the story began, in the world's own time.
    """

    world: Stage
    machine: str = "machine-1"
    order: str | None = None
    code: str | None = None
    answers: dict[str, Json] = field(default_factory=dict)
    presented: dict[str, str] = field(default_factory=dict)
    refusal: str | None = None
    shop: Shop | None = None
    bill: Bill | None = None
    moment: tuple[str, ...] = ()
    race: Race | None = None
    elsewhere: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    began_ms: int = 0

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Try something that may be refused; the reason is remembered."""
        self.refusal = None
        try:
            return act()
        except Refused as refused:
            self.refusal = refused.problem.code.value
            return None

    def post(self, path: str, body: Json) -> Any:
        """Ask the world for something."""
        return self.world.ask("POST", path, body)

    def at_machine(self, verb: str, body: Json) -> Any:
        """Do something at the machine."""
        return self.post(f"/machines/{self.machine}/{verb}", body)

    def turn_to(self, machine: str) -> None:
        """From now on it is about another machine, and about what was ordered there last."""
        self.elsewhere[self.machine] = self.order, self.code
        self.machine = machine
        self.order, self.code = self.elsewhere.get(machine, (None, None))

    def press(self, slot: str) -> None:
        """Press a slot; a refusal is remembered."""
        pressed = self.attempt(lambda: self.at_machine("press", {"slot": slot}))
        if pressed is not None:
            self.order, self.code = pressed["order"], None

    def order_now(self, wait_for: str | None = None) -> Json:
        """The order it is about."""
        if self.order is None:
            raise AssertionError("nobody has ordered anything yet")
        return self.world.order(self.order, wait_for)

    def shown_code(self) -> str:
        """The code on the machine's screen, once it is there; remembered after it is gone."""
        if self.code is None:
            self.code = self.order_now("awaiting_payment")["code"]
        if self.code is None:
            raise AssertionError(f"the machine shows no code: {self.order_now()}")
        return self.code

    def code_on_the_wire(self) -> str:
        """The code in the newest answer to a machine, as the platform sent it."""
        self.listen()
        answers = [one["answer"]["body"] for one in self.world.ask("GET", "/journal")]
        codes = [body["code"] for body in answers if isinstance(body, dict) and body.get("code")]
        if not codes:
            raise AssertionError("the platform has answered nobody with a code")
        return str(codes[-1])

    def screen(self, says: str | None = None) -> Json:
        """What the machine shows, once it says that, where it does in time."""
        return self._shown(f"/machines/{self.machine}/screen", says)

    def phone(self, person: str, shows: str | None = None) -> Json:
        """What somebody's phone shows, once it says that, where it does in time."""
        return self._shown(f"/wallets/{person}/screen", shows)

    def losses(self) -> list[Json]:
        """What is written down as lost."""
        found: list[Json] = self.world.ask("GET", "/losses")
        return found

    def notices(self) -> list[Json]:
        """What the platform tells the machine about its newest order, oldest first."""
        self.listen()
        told = self.world.ask("GET", f"/notices?machine={self.machine}")
        if not told:
            raise AssertionError("the platform has told the machine nothing")
        return [one for one in told if one["intent"] == told[-1]["intent"]]

    def _shown(self, path: str, wait_for: str | None) -> Json:
        query = f"?wait_for={wait_for}" if wait_for else ""
        found: Json = self.world.ask("GET", f"{path}{query}")
        return found

    def slot(self, slot: str) -> Json:
        """A slot of the machine."""
        machines = self.world.ask("GET", "/machines")
        slots = next(one["slots"] for one in machines if one["id"] == self.machine)
        found: Json = next(one for one in slots if one["slot"] == slot)
        return found

    def wallet(self, person: str) -> Json:
        """A person's wallet, as the books have it."""
        found: Json = self.world.ask("GET", f"/wallets/{person}")
        return found

    def trouble(
        self, fault: str, source: str, target: str, times: int | None, path: str = "*"
    ) -> None:
        """Something happens to messages between two services, so often or until mended."""
        self.world.trouble(fault, source, target, times, path)

    def inflict(self, rule: Json) -> None:
        """One rule more of the fault plan."""
        self.world.inflict(rule)

    def fired(self) -> dict[str, int]:
        """How often each fault has happened."""
        found: dict[str, int] = self.world.ask("GET", "/faults")["fired"]
        return found

    def pay(self, person: str, code: str, pin: str | None = None) -> None:
        """Scan, confirm, and remember what came of it."""
        body = {"code": code} if pin is None else {"code": code, "pin": pin}
        self.answers[person] = self.post(f"/wallets/{person}/pay", body)

    def payment_code(self, person: str) -> str:
        """A fresh payment code of a person's wallet: 18 digits, without spaces."""
        shown = self.world.ask("GET", f"/wallets/{person}/payment-code")
        self.presented[person] = shown["auth_code"]
        return self.presented[person]

    def present(self, person: str, auth_code: str) -> None:
        """Hold a payment code in front of the machine's scanner; a refusal is remembered."""
        self.presented[person] = auth_code
        self.attempt(lambda: self.at_machine("scan", {"auth_code": auth_code}))

    def confirm(self, person: str, body: Json) -> None:
        """Say yes to a payment that waits for the person's word, where there is one."""
        answer = self.attempt(lambda: self.post(f"/wallets/{person}/confirm", body))
        if answer is not None:
            self.answers[person] = answer

    @property
    def the_race(self) -> Race:
        """What came of every order of some events, or of one."""
        if self.race is None:
            raise AssertionError("nothing has raced in this story")
        return self.race

    # -- a shop -----------------------------------------------------------------------------------
    @property
    def the_shop(self) -> Shop:
        """The shop it is about."""
        if self.shop is None:
            raise AssertionError("there is no shop in this story")
        return self.shop

    @property
    def the_bill(self) -> Bill:
        """The bill that the shop fetched last."""
        if self.bill is None:
            raise AssertionError(f"the shop has no bill: {self.refusal}")
        return self.bill

    def at_shop(self, act: Callable[[Shop], Any]) -> Any:
        """Have the shop ask the platform for something; why it was not done is remembered."""
        self.refusal = None
        try:
            return act(self.the_shop)
        except Refusal as refused:
            self.refusal = refused.code
            return None

    def behave(self, wish: Json) -> None:
        """Have the platform treat the shop as production might."""
        self.post(f"/merchants/{self.the_shop.keys.mchid}/behaviour", wish)

    def listen(self) -> None:
        """Let arrive what is on its way at this instant."""
        self.world.pass_time(0)

    def heard(self, event: str | None = None) -> list[Heard]:
        """What the shop has learned by now, each notice once."""
        self.listen()
        return self.the_shop.hook.news(event)
