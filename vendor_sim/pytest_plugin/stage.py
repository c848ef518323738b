"""A world as a tester has it: the calls of ``/_world``, trouble on the wires, and time.

There is one way to ask, by HTTP, and two ways to carry it: straight into a simulated world in this
process, or over a socket to one that is served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from vendor_sim.kernel.limits import SECOND_MS, WAIT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.pytest_plugin.rehearsal import Rehearsal, no_shop
from vendor_sim.pytest_plugin.shop import Shop
from vendor_sim.pytest_plugin.shortfall import NotHereError
from vendor_sim.wire import strict_json
from vendor_sim.wire.http import Http, network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vendor_sim.pytest_plugin.names import Names
    from vendor_sim.pytest_plugin.shop_line import Street
    from vendor_sim.wire.http import Transport

    Together = Callable[[Sequence[Callable[[], None]]], None]

Json = dict[str, Any]
_JOURNAL, _AUDIT, _FAULTS, _SERVICES = "/journal", "/audit", "/faults", "/services"
_TIME = "everybody there would notice: run it simulated, or say --vendor-sim-move-clock"
_PATIENCE_MS = WAIT_MAX_MS + 10 * SECOND_MS


class Stage(Protocol):
    """What steps may ask for. Every refusal is raised as ``Refused``, with the service's words."""

    together: Together
    """Does several things at the same moment, as far as this world has such a thing."""
    story: Rehearsal
    """What was asked of it, so that another world can be brought there."""

    def trouble(
        self, fault: str, source: str, target: str, times: int | None, path: str = "*"
    ) -> None:
        """Something happens to messages between two services, so often or until mended.

        ``path`` is a shell pattern: to requests of such paths only.
        """
        ...

    def inflict(self, rule: Json) -> None:
        """One rule more of the fault plan, as its document has it.

        Raises:
            NotHereError: Others would suffer too.
        """
        ...

    def mend(self) -> None:
        """From now on nothing goes wrong by itself."""
        ...

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call of the control plane; ``path`` without ``/_world``.

        Raises:
            Refused: It was refused.
        """
        ...

    def order(self, order_id: str, wait_for: str | None = None) -> Json:
        """An order, once that state was reached or passed."""
        ...

    def pass_time(self, duration_ms: int) -> None:
        """Let time pass, and happen what falls due.

        Raises:
            NotHereError: Nobody may step the clock of this world.
        """
        ...

    def steer(self, wish: Json) -> None:
        """Steer the clock, as the body of ``/_world/clock`` says.

        Raises:
            NotHereError: Nobody may, or the clock of this world cannot do that.
        """
        ...

    def open_shop(self, name: str, key_mode: str) -> Shop:
        """A merchant of WeChat Pay with a shop of its own, which the platform can reach.

        Args:
            name: What people call it; its host is made of it.
            key_mode: ``cert``, ``pubkey`` or ``switching``.

        Raises:
            NotHereError: The network of this world is not in this process.
        """
        ...

    def close(self) -> None:
        """Leave."""
        ...


class HttpStage:
    """Any world that can be reached by HTTP.

    Args:
        base_url: Where it is.
        transport: What carries the calls.
        together: Does several things at the same moment; by itself, one after the other.
        street: Its network, for shops; None where that is elsewhere.
        leave: Called when the stage is closed.
        token: For a world on another host.
        names: What things are called there, where they may be called that already.
        alone: Whether nobody else uses that world while a story is told.
        moves_clock: Whether its clock may be stepped.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        *,
        together: Together | None = None,
        street: Street | None = None,
        leave: Callable[[], None] = lambda: None,
        token: str | None = None,
        names: Names | None = None,
        alone: bool = True,
        moves_clock: bool = True,
    ) -> None:
        self.together = together or one_by_one
        self._street = street
        self._leave = leave
        self._names = names
        self._alone = alone
        self._moves_clock = moves_clock
        self._troubled = False
        self.story = Rehearsal()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = Http(base_url, transport, headers, timeout_ms=_PATIENCE_MS)

    def trouble(
        self, fault: str, source: str, target: str, times: int | None, path: str = "*"
    ) -> None:
        """Something happens to messages between two services, so often or until mended.

        ``path`` is a shell pattern: to requests of such paths only.
        """
        rule: Json = {"fault": fault, "from": source, "to": target, "match": path}
        self.inflict(rule if times is None else {**rule, "times": times})

    def inflict(self, rule: Json) -> None:
        """One rule more of the fault plan, as its document has it.

        Raises:
            NotHereError: Others would suffer too.
        """
        self.ask("POST", f"{_FAULTS}/rules", rule)
        self._troubled = True

    def mend(self) -> None:
        """From now on nothing goes wrong by itself."""
        self.ask("DELETE", _FAULTS)
        self._troubled = False

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """One call of the control plane.

        Raises:
            Refused: It was refused.
            NotHereError: It is about everybody, in a world that others use too.
        """
        self.story.tell(lambda stage: stage.ask(method, path, body))
        if not self._alone:
            path = _among_others(path)
        if self._names is None:
            return self._ask(method, path, body)
        there = self._names.body_there(body)
        return self._names.told(self._ask(method, self._names.path_there(path), there))

    def _ask(self, method: str, path: str, body: Json | None) -> Any:
        raw = None if body is None else strict_json.compact(body)
        answer = self._http.send(method, f"/_world{quote(path, safe='/?=&')}", raw)
        if not answer.ok:
            problem = answer.problem
            raise Refused(problem.code, problem.detail, problem.where)
        return answer.body

    def order(self, order_id: str, wait_for: str | None = None) -> Json:
        """An order, once that state was reached or passed."""
        query = f"?wait_for={wait_for}&timeout_ms={WAIT_MAX_MS}" if wait_for else ""
        found: Json = self.ask("GET", f"/orders/{order_id}{query}")
        return found

    def pass_time(self, duration_ms: int) -> None:
        """Let time pass, and happen what falls due.

        Raises:
            NotHereError: Nobody may step the clock of this world.
        """
        self.steer({"advance_ms": duration_ms})

    def steer(self, wish: Json) -> None:
        """Steer the clock, as the body of ``/_world/clock`` says.

        Raises:
            NotHereError: Nobody may, or the clock of this world cannot do that.
        """
        if not self._moves_clock:
            raise NotHereError(_TIME)
        try:
            self.ask("POST", "/clock", wish)
        except Refused as refused:
            if refused.problem.code is not Code.WRONG_STATE:
                raise
            raise NotHereError(refused.problem.detail) from refused

    def open_shop(self, name: str, key_mode: str) -> Shop:
        """A merchant of WeChat Pay with a shop of its own, which the platform can reach.

        Raises:
            NotHereError: The network of this world is not in this process.
        """
        if self._street is None:
            raise NotHereError("a shop needs a world that is simulated in this process")
        self.story.tell(no_shop)
        made = self.ask("POST", "/merchants", {"name": name, "key_mode": key_mode})
        return Shop(name, made, self._street)

    def close(self) -> None:
        """Leave; trouble that was made does not stay."""
        if self._troubled:
            self.mend()
        self._http.close()
        self._leave()


def served(
    base_url: str,
    token: str | None = None,
    together: Together | None = None,
) -> Stage:
    """A world that is served somewhere, as it stands.

    Args:
        base_url: Scheme, host and port.
        token: For a world on another host.
        together: Does several things at the same moment; by itself, one after the other.
    """
    return HttpStage(base_url, network(), together=together, token=token)


def one_by_one(acts: Sequence[Callable[[], None]]) -> None:
    """Do one thing after the other: in a simulated world there is one pair of hands."""
    for act in acts:
        act()


def _among_others(path: str) -> str:
    """A call as it makes sense in a world that others use: nobody waits until all of them rest."""
    if path.startswith(_JOURNAL):
        raise NotHereError("others write into this journal too: say --vendor-sim-reset")
    if path.startswith((_FAULTS, _SERVICES)):
        raise NotHereError("others there would suffer too: say --vendor-sim-reset")
    return _AUDIT if path.startswith(_AUDIT) else path
