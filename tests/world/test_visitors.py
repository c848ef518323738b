"""Merchants from outside are written into the journal, and served as if nobody wrote."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.world.journal import Journal
from vendor_sim.world.visitors import ANSWER_BYTES_MAX, Visitors, diagnoses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def environ(body: bytes = b"", **changes: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "RAW_URI": "/v3/pay?a=%20b",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_WECHATPAY_SERIAL": "PUB_KEY_ID_1",
        "wsgi.input": BytesIO(body),
        **changes,
    }


class Answering:
    """An application that answers with what it was sent, a moment later."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.closed = False
        self.heard = b""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Answering:
        self.heard = environ["wsgi.input"].read()
        self.clock.advance_to(self.clock.now_ms() + 5)
        start("401 Unauthorized", [("Vendor-Sim-Inspect", "/ledger/wechat/requests/1")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield b"<"
        yield self.heard

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def app() -> Answering:
    return Answering(VirtualClock(1_000))


@pytest.fixture
def journal() -> Journal:
    return Journal()


def asked(app: Any, journal: Journal, clock: VirtualClock, given: dict[str, Any]) -> list[Any]:
    said: list[Any] = []
    body = Visitors(app, clock, journal.record)(given, lambda *start: said.append(start))
    return [*said[0], b"".join(body)]


def test_the_answer_is_that_of_the_application(app: Answering, journal: Journal) -> None:
    status, headers, body = asked(app, journal, app.clock, environ(b"abc"))
    assert (status, body) == ("401 Unauthorized", b"<abc")
    assert headers == [("Vendor-Sim-Inspect", "/ledger/wechat/requests/1")]
    assert app.closed


def test_the_exchange_stands_in_the_journal(app: Answering, journal: Journal) -> None:
    asked(app, journal, app.clock, environ(b'{"a":1}'))
    (entry,) = journal.since()
    assert (entry["source"], entry["target"], entry["status"]) == ("merchant", "ledger", 401)
    assert (entry["at_ms"], entry["took_ms"]) == (1_000, 5)
    assert (entry["method"], entry["path"]) == ("POST", "/v3/pay?a=%20b")
    assert entry["request"]["body"] == {"a": 1}
    assert entry["request"]["headers"] == {
        "content-type": "application/json",
        "wechatpay-serial": "PUB_KEY_ID_1",
    }
    assert entry["answer"]["headers"] == {"vendor-sim-inspect": "/ledger/wechat/requests/1"}
    assert entry["answer"]["body"] == '<{"a":1}'


def test_of_a_long_answer_no_more_than_the_beginning_is_kept(journal: Journal) -> None:
    bill = b"x" * (ANSWER_BYTES_MAX + 1)

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [bill]

    answered = asked(app, journal, VirtualClock(0), environ())
    assert answered[-1] == bill
    assert len(journal.since()[0]["answer"]["body"]) == ANSWER_BYTES_MAX


def test_an_application_that_fails_is_let_fail(app: Answering, journal: Journal) -> None:
    class Failing(Answering):
        def __iter__(self) -> Iterator[bytes]:
            raise OSError("a bug")

    failing = Failing(app.clock)
    with pytest.raises(OSError, match="a bug"):
        asked(failing, journal, app.clock, environ())
    assert failing.closed
    assert journal.since() == []


def test_diagnoses_are_told_as_plain_documents() -> None:
    from vendor_sim.payments.wechat.diagnosis import Diagnosis  # noqa: PLC0415 - one test's

    class Inspecting:
        def get(self, number: int) -> int | None:
            return number or None

        def diagnosis(self, record: int) -> Diagnosis | None:
            return Diagnosis("a", None, None, "why", "how") if record == 1 else None

    diagnose = diagnoses(Inspecting)  # type: ignore[arg-type]
    assert diagnose(1) == {
        "expected": "a",
        "implied": None,
        "first_difference": None,
        "cause": "why",
        "fix": "how",
    }
    assert diagnose(2) is None
    assert diagnose(0) is None
