"""The journal: bounded, canonical, and without secrets."""

from __future__ import annotations

import json
from typing import Any

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
