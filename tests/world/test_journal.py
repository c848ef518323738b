"""The journal: bounded, canonical, and without secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vendor_sim.wire.transports import Exchange
from vendor_sim.world.journal import HIDDEN, Journal


def exchange(**changes: Any) -> Exchange:
    usual: dict[str, Any] = {
        "at_ms": 7,
        "took_ms": 0,
        "source": "machine",
        "target": "ledger",
        "method": "POST",
        "path": "/v1/intents",
        "request_headers": {},
        "request": b"",
        "status": 201,
        "answer_headers": {},
        "answer": b"",
        "fault": None,
    }
    return Exchange(**{**usual, **changes})


def only(journal: Journal) -> dict[str, Any]:
    (entry,) = journal.since()
    return entry


def test_entries_are_numbered_and_the_oldest_fall_off() -> None:
    journal = Journal(entries_max=3)
    for at_ms in range(5):
        journal.record(exchange(at_ms=at_ms))
    assert [entry["n"] for entry in journal.since()] == [3, 4, 5]
    assert [entry["n"] for entry in journal.since(4)] == [5]
    assert [entry["n"] for entry in journal.last(2)] == [4, 5]
    found = journal.entry(4)
    assert found is not None
    assert found["at_ms"] == 3
    assert journal.entry(1) is None
    assert journal.entry(9) is None


def test_numbers_go_on_after_everything_was_forgotten() -> None:
    journal = Journal()
    journal.record(exchange())
    journal.clear()
    journal.record(exchange())
    assert only(journal)["n"] == 2


def test_whoever_listens_hears_of_each_entry() -> None:
    journal = Journal()
    heard: list[frozenset[str]] = []
    journal.on_change(heard.append)
    journal.record(exchange())
    assert heard == [frozenset({"journal"})]


def test_only_headers_that_mean_something_are_shown() -> None:
    journal = Journal()
    headers = {
        "Date": "today",
        "User-Agent": "x",
        "Accept-Language": "fr",
        "Server": "s",
        "Content-Type": "application/json",
        "Set-Cookie": "session=abc",
        "webhook-id": "nt_1",
    }
    journal.record(exchange(request_headers=headers, answer_headers=headers))
    shown = {"content-type": "application/json", "webhook-id": "nt_1"}
    assert only(journal)["request"]["headers"] == shown
    assert only(journal)["answer"]["headers"] == shown


def test_no_secret_is_shown_wherever_it_stands() -> None:
    journal = Journal()
    journal.hide(["key_of_lobby", "key_of_lobby_and_more", "whsec_abc", ""])
    body = {
        "pin": "123456",
        "nested": [{"Hook_Secret": "x", "api_key": "y"}],
        "note": "my key is key_of_lobby_and_more, says key_of_lobby",
    }
    journal.record(
        exchange(
            path="/v1/x?key=key_of_lobby",
            request_headers={"authorization": "Bearer another", "idempotency-key": "whsec_abc"},
            request=json.dumps(body).encode(),
            answer=b"whsec_abc is no JSON",
        )
    )
    text = journal.canonical().decode()
    for secret in ("123456", "key_of_lobby", "whsec_abc", "another", "and_more"):
        assert secret not in text
    entry = only(journal)
    assert entry["request"]["headers"]["authorization"] == HIDDEN
    assert entry["request"]["body"]["note"] == f"my key is {HIDDEN}, says {HIDDEN}"
    assert entry["answer"]["body"] == f"{HIDDEN} is no JSON"


def test_secrets_named_before_an_exchange_was_recorded_are_found_in_older_ones_too() -> None:
    journal = Journal()
    journal.record(exchange(path="/v1/late_secret"))
    journal.hide(["late_secret"])
    assert only(journal)["path"] == f"/v1/{HIDDEN}"


def test_an_entry_tells_the_signature_verdict_and_what_was_written() -> None:
    journal = Journal()
    answered = {"vendor-sim-signature": "valid", "vendor-sim-wrote": "insert intent, update x"}
    journal.record(exchange(answer_headers=answered))
    entry = only(journal)
    assert (entry["signature"], entry["wrote"]) == ("valid", ["insert intent", "update x"])


def test_bodies_that_are_no_json_or_no_text_are_kept_as_they_can_be() -> None:
    journal = Journal()
    journal.record(exchange(request=b"\xff\x00", answer=b"[" * 100_000))
    entry = only(journal)
    assert entry["request"]["body"] == "\N{REPLACEMENT CHARACTER}\x00"
    assert entry["answer"]["body"].startswith("[[[")


@pytest.mark.parametrize(
    "body",
    [
        b'{"description":"\\ud83d"}',
        b'{"\\uD800":1}',
        b'{"total":NaN}',
        b'{"total":-Infinity}',
        b'{"total":1e400}',
        b"[" * 900 + b"]" * 900,
    ],
)
def test_a_body_that_no_json_could_say_again_is_shown_as_text(body: bytes) -> None:
    journal = Journal()
    journal.record(exchange(request=body, answer=b'{"sum":1.5,"smile":"\\ud83d\\ude00"}'))
    written = json.dumps(journal.since(), ensure_ascii=False, allow_nan=False).encode()
    assert json.loads(written)[0]["answer"]["body"] == {"sum": 1.5, "smile": "\N{GRINNING FACE}"}
    shown = only(journal)["request"]["body"]
    assert shown == body.decode() or len(body) > 1_000  # so deep it may be either


def test_an_exchange_without_an_answer_says_why() -> None:
    journal = Journal()
    journal.record(exchange(status=None, fault="request_lost"))
    assert (only(journal)["status"], only(journal)["fault"]) == (None, "request_lost")


def test_a_secret_of_several_lines_is_hidden_inside_json_too() -> None:
    journal = Journal()
    pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n"
    journal.hide([pem])
    body = {"files": {"apiclient_key.pem": pem}, "apiv3_key": "x" * 32}
    journal.record(exchange(request=json.dumps(body).encode(), answer=pem.encode()))
    entry = only(journal)
    assert entry["request"]["body"] == {"files": {"apiclient_key.pem": HIDDEN}, "apiv3_key": HIDDEN}
    assert "MIIEvQ" not in journal.canonical().decode()


def test_signatures_of_the_wechat_pay_dialect_are_shown() -> None:
    journal = Journal()
    answered = {"Wechatpay-Signature": "c2ln", "Wechatpay-Serial": "PUB_KEY_ID_1", "Date": "x"}
    journal.record(exchange(answer_headers=answered))
    shown = {"wechatpay-serial": "PUB_KEY_ID_1", "wechatpay-signature": "c2ln"}
    assert only(journal)["answer"]["headers"] == shown


def test_a_signature_is_no_secret_and_any_other_authorization_is() -> None:
    journal = Journal()
    signed = 'WECHATPAY2-SHA256-RSA2048 mchid="1",signature="c2ln"'
    for value in (signed, "Bearer abc", "abc"):
        journal.record(exchange(request_headers={"Authorization": value}))
    shown = [entry["request"]["headers"]["authorization"] for entry in journal.since()]
    assert shown == [signed, HIDDEN, HIDDEN]


REFUSED = {"status": 401, "answer_headers": {"vendor-sim-inspect": "/ledger/wechat/requests/7"}}


def test_an_answer_to_a_failed_signature_carries_its_diagnosis() -> None:
    journal = Journal()
    journal.hide(["s3cret"])
    asked: list[int] = []

    def diagnose(number: int) -> dict[str, Any]:
        asked.append(number)
        return {"expected": "POST\n…s3cret", "implied": None, "first_difference": 3}

    journal.diagnose_with(diagnose)
    journal.record(exchange())
    journal.record(exchange(**REFUSED))
    found = {"expected": f"POST\n…{HIDDEN}", "implied": None, "first_difference": 3}
    assert [entry["diagnosis"] for entry in journal.since()] == [None, found]
    entry = journal.entry(2)
    assert entry is not None
    assert entry["diagnosis"] == found
    assert asked == [7]
    assert "diagnosis" not in journal.last(1)[0]


def test_a_diagnosis_that_nobody_has_is_none() -> None:
    journal = Journal()
    journal.record(exchange(**REFUSED))
    journal.record(exchange(answer_headers={"vendor-sim-inspect": "/odd"}))
    assert [entry["diagnosis"] for entry in journal.since()] == [None, None]


def test_a_message_is_kept_as_it_went_over_the_wire_without_its_secrets() -> None:
    journal = Journal()
    journal.hide(["s3cret"])
    journal.record(exchange(request=b'{ "a":  "s3cret" }\n', answer=b"\xff"))
    assert journal.texts(1) == (f'{{ "a":  "{HIDDEN}" }}\n', "\N{REPLACEMENT CHARACTER}")
    assert journal.texts(2) is None


def test_long_bodies_push_the_oldest_out() -> None:
    journal = Journal(bytes_max=10)
    journal.diagnose_with(lambda _number: {"cause": "x"})
    journal.record(exchange(**REFUSED, request=b"12345"))
    assert journal.since()[0]["diagnosis"] == {"cause": "x"}
    journal.record(exchange(request=b"123", answer=b"12"))
    assert len(journal.since()) == 2
    journal.record(exchange(request=b"1"))
    assert [entry["n"] for entry in journal.since()] == [2, 3]
    journal.clear()
    journal.record(exchange(request=b"1234567890"))
    assert [entry["n"] for entry in journal.since()] == [4]


def test_what_is_asked_for_again_is_made_once_until_there_is_more_to_hide() -> None:
    journal = Journal()
    journal.record(exchange(path="/v1/late_secret"))
    first = journal.last(5)
    journal.record(exchange())
    again = journal.last(5)
    assert again[0] is first[0]
    assert [entry["n"] for entry in again] == [1, 2]
    assert [entry["n"] for entry in journal.last(1)] == [2]
    journal.last(5)
    journal.hide(["late_secret"])
    assert journal.last(5)[0]["path"] == f"/v1/{HIDDEN}"


def test_what_was_made_while_more_was_hidden_is_not_kept() -> None:
    journal = Journal()
    journal.record(exchange(request_headers=Hiding({"webhook-id": "late_secret"}, journal)))
    assert journal.last(1)
    assert journal.last(1)[0]["request"]["headers"] == {"webhook-id": HIDDEN}


class Hiding(dict[str, str]):
    """Headers of an exchange that somebody looks at while a secret is learned."""

    def __init__(self, headers: dict[str, str], journal: Journal) -> None:
        super().__init__(headers)
        self.journal = journal

    def items(self) -> Any:
        """What is in them; from now on it is a secret."""
        found = list(super().items())
        self.journal.hide(["late_secret"])
        return found
