"""The verbs of the wallet: opening, PINs, tickets, scans."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tests.wallet.fakes import BASE, CODE, PIN, SECRET, START_MS, TOKEN
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import PIN_LOCK_MS, TICKET_MS, WALLETS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import Database
from wallet.assembly import TABLES, WalletSettings
from wallet.service import WalletService, pins, topic


# -- wallets ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"wallet_id": "Pete"}, "id"),
        ({"wallet_id": ""}, "id"),
        ({"wallet_id": "a" * 65}, "id"),
        ({"name": " "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"currency": "XXX"}, "currency"),
        ({"pin": "123"}, "pin"),
        ({"pin": "1234567890123"}, "pin"),
        ({"pin": "12345a"}, "pin"),
        ({"pin": "\N{FULLWIDTH DIGIT ONE}2345"}, "pin"),
        ({"opening_balance_minor": -1}, "balance_minor"),
        ({"opening_balance_minor": 10**16}, "balance_minor"),
        ({"opening_balance_minor": True}, "balance_minor"),
        ({"opening_balance_minor": 1.5}, "balance_minor"),
    ],
)
def test_a_wallet_that_cannot_be_is_refused_and_named(scene, given, where):
    right = {"wallet_id": "pete", "name": "Pete", "currency": "CNY", "pin": PIN}
    with pytest.raises(Refused) as caught:
        scene.service.open_wallet(**{**right, "opening_balance_minor": 0, **given})
    assert (caught.value.problem.code, caught.value.problem.where) == (Code.INVALID, where)
    assert scene.service.wallets() == []


def test_an_id_is_taken_once(pete):
    with pytest.raises(Refused) as caught:
        pete.service.open_wallet("pete", "Other", "CNY", PIN, 0)
    assert caught.value.problem.code is Code.EXISTS


def test_there_is_an_end_to_new_wallets(pete, monkeypatch):
    assert WALLETS_MAX >= 100
    monkeypatch.setattr("wallet.service.wallets.WALLETS_MAX", 1)
    with pytest.raises(Refused) as caught:
        pete.service.open_wallet("mei", "Mei", "CNY", PIN, 0)
    assert caught.value.problem.code is Code.BUSY


def test_a_wallet_view_shows_no_pin(pete):
    view = pete.service.wallet("pete")
    assert {"id", "balance_minor", "held_minor", "currency", "state"} <= set(view)
    assert PIN not in str(view)
    assert "scrypt" not in str(view)


@pytest.mark.parametrize("verb", ["wallet", "issue_ticket", "pin_state"])
def test_a_wallet_that_is_not_there_is_not_found(scene, verb):
    with pytest.raises(Refused) as caught:
        getattr(scene.service, verb)("nobody")
    assert caught.value.problem.code is Code.NOT_FOUND


# -- the PIN ----------------------------------------------------------------------------------
def test_a_pin_digest_is_salted_and_carries_its_cost():
    one, other = pins.digest(PIN, b"a", 16), pins.digest(PIN, b"b", 16)
    assert one != other
    assert one.startswith("scrypt$16$")
    assert pins.matches(PIN, one)
    assert not pins.matches("654321", one)
    assert not pins.matches("\ud800", one)


def test_the_demo_cost_of_a_pin_is_real():
    settings = WalletSettings("http://l", "key", (SECRET,), "secret", BASE)
    assert settings.pin_cost == 2**14
    assert pins.matches(PIN, pins.digest(PIN, b"salt", settings.pin_cost))


def test_settings_hide_their_secrets():
    told = repr(WalletSettings("http://l", "the-key", (SECRET,), "the-secret", BASE))
    assert not [secret for secret in ("the-key", SECRET, "the-secret") if secret in told]


def test_the_database_never_holds_a_pin(pete):
    pete.service.sign_in("pete", "999999")
    rows = pete.door.read(lambda cx: [str(cx.execute(select(t)).all()) for t in TABLES])
    assert not [row for row in rows if PIN in row or "999999" in row]


def test_signing_in_counts_wrong_pins_and_locks(pete):
    def code(pin):
        problem = pete.service.sign_in("pete", pin)
        return problem and problem.code

    assert code(PIN) is None
    assert [code("0000") for _ in range(3)] == [Code.WRONG_PIN, Code.WRONG_PIN, Code.PIN_LOCKED]
    assert code(PIN) is Code.PIN_LOCKED
    assert pete.service.pin_state("pete")["locked_until_ms"] == START_MS + PIN_LOCK_MS
    pete.clock.advance_to(START_MS + PIN_LOCK_MS)
    assert pete.service.pin_state("pete")["locked_until_ms"] is None
    assert code(PIN) is None


def test_a_locked_wallet_is_not_worth_the_work(pete, monkeypatch):
    for _ in range(3):
        pete.service.sign_in("pete", "0000")
    monkeypatch.setattr(pins, "matches", None)
    assert pete.service.sign_in("pete", PIN).code is Code.PIN_LOCKED


def test_a_wallet_that_is_not_there_has_no_right_pin(scene):
    assert scene.service.sign_in("nobody", PIN).code is Code.WRONG_PIN


def test_guesses_at_the_same_time_are_counted_one_by_one(tmp_path):
    """Sixteen threads guess at once, one of them right: at most two wrong ones get through."""
    door = Database(f"sqlite:///{tmp_path / 'wallet.db'}", TABLES)
    service = WalletService(door, VirtualClock(START_MS), SeededIds(1), link_base=BASE, pin_cost=16)
    service.open_wallet("pete", "Pete", "CNY", PIN, 0)
    codes, start = [], threading.Barrier(16)

    def guess(number):
        start.wait()
        problem = service.sign_in("pete", f"{number:06d}")
        codes.append(problem.code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    door.close()
    assert codes.count(Code.WRONG_PIN) == 2
    assert codes.count(Code.PIN_LOCKED) == 14


# -- tickets ----------------------------------------------------------------------------------
def test_a_ticket_signs_in_once(pete):
    ticket = pete.service.issue_ticket("pete")
    assert pete.service.redeem_ticket(ticket) == "pete"
    with pytest.raises(Refused) as caught:
        pete.service.redeem_ticket(ticket)
    assert caught.value.problem.code is Code.UNAUTHENTICATED


def test_a_ticket_is_used_soon_or_never(pete):
    ticket = pete.service.issue_ticket("pete")
    pete.clock.advance_to(START_MS + TICKET_MS)
    with pytest.raises(Refused):
        pete.service.redeem_ticket(ticket)


# -- scans ------------------------------------------------------------------------------------
def test_a_foreign_code_is_a_refused_scan(pete):
    scan = pete.scan(pete.service.begin_scan("pete", "WIFI:T:WPA;S:home;P:secret;;"))
    assert (scan["state"], scan["reason"], scan["foreign"]) == ("refused", "foreign_code", "wifi")
    assert "secret" not in str(scan)
    assert pete.wallet.outbound.next_due_ms() is None


def test_scanning_a_code_again_before_answering_goes_on_with_the_same_scan(pete):
    first = pete.ask()
    assert pete.service.begin_scan("pete", TOKEN.upper()) == first
    pete.service.decline(first)
    assert pete.service.begin_scan("pete", CODE) != first


def test_an_unknown_wallet_scans_nothing(scene):
    with pytest.raises(Refused) as caught:
        scene.service.begin_scan("nobody", CODE)
    assert caught.value.problem.code is Code.NOT_FOUND


def test_the_authorisation_id_is_stored_before_anything_is_sent(pete):
    scan_id = pete.ask()
    calls = len(pete.ledger.calls)
    assert pete.service.approve(scan_id, PIN) is None
    assert pete.scan(scan_id)["authorisation"].startswith("au_")
    assert len(pete.ledger.calls) == calls


def test_two_taps_on_yes_are_one_yes(pete):
    scan_id = pete.ask()
    pete.service.approve(scan_id, PIN)
    first = pete.scan(scan_id)["authorisation"]
    assert pete.service.approve(scan_id, PIN) is None
    pete.run()
    assert pete.service.approve(scan_id, PIN) is None
    assert pete.scan(scan_id)["authorisation"] == first
    assert len(pete.ledger.authorisations) == 1


def test_a_lock_loses_no_yes_that_was_given_before(pete):
    scan_id = pete.ask()
    assert pete.service.approve(scan_id, PIN) is None
    assert [pete.service.approve(scan_id, "0000").code for _ in range(3)][-1] is Code.PIN_LOCKED
    pete.run()
    assert pete.scan(scan_id)["state"] == "paid"
    assert len(pete.ledger.authorisations) == 1


def test_a_wrong_pin_leaves_the_question_open(pete):
    scan_id = pete.ask()
    assert pete.service.approve(scan_id, "000000").code is Code.WRONG_PIN
    assert pete.scan(scan_id)["state"] == "asking"
    assert pete.service.approve(scan_id, PIN) is None


def test_a_yes_to_an_expired_question_is_refused_and_stays_so(pete):
    scan_id = pete.ask()
    pete.clock.advance_to(START_MS + 120_000)
    assert pete.service.approve(scan_id, PIN).code is Code.EXPIRED
    assert pete.scan(scan_id)["reason"] == "expired"
    assert pete.service.approve(scan_id, PIN).code is Code.EXPIRED
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_wrong_pin_for_an_expired_question_is_a_wrong_pin(pete):
    scan_id = pete.ask()
    pete.clock.advance_to(START_MS + 120_000)
    assert pete.service.approve(scan_id, "000000").code is Code.WRONG_PIN


def test_what_is_not_asked_cannot_be_declined(pete):
    scan_id = pete.service.begin_scan("pete", CODE)
    with pytest.raises(Refused) as caught:
        pete.service.decline(scan_id)
    assert caught.value.problem.code is Code.WRONG_STATE


def test_a_second_no_changes_nothing(pete):
    scan_id = pete.ask()
    pete.service.decline(scan_id)
    pete.service.decline(scan_id)
    pete.run()
    assert pete.ledger.declines == [TOKEN]
    assert pete.service.approve(scan_id, PIN).code is Code.WRONG_STATE


def test_another_wallets_scan_is_not_found(pete):
    pete.open("sandrine")
    scan_id = pete.ask()
    for verb, more in (("scan", ()), ("approve", (PIN,)), ("decline", ())):
        with pytest.raises(Refused) as caught:
            getattr(pete.service, verb)(scan_id, *more, "sandrine")
        assert caught.value.problem.code is Code.NOT_FOUND
    assert pete.service.history("sandrine") == []


def test_history_is_newest_first_and_bounded(pete):
    ids = []
    for number in range(3):
        pete.clock.advance_to(START_MS + number)
        ids.append(pete.service.begin_scan("pete", f"text {number}"))
    assert [scan["id"] for scan in pete.service.history("pete")] == ids[::-1]
    assert len(pete.service.history("pete", limit=2)) == 2


def test_every_change_is_told_to_the_wallets_pages(pete):
    told = []
    pete.door.on_commit(told.append)
    scan_id = pete.ask()
    pete.service.approve(scan_id, PIN)
    pete.run()
    assert len([topics for topics in told if topic("pete") in topics]) >= 4
