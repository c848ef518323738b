"""The pages around a wallet: who sees what, and what bad input gets."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import PIN, START_MS, TOKEN
from tests.wallet.phone import Phone
from vendor_sim.kernel.limits import DEMO_TOP_UP_MINOR_MAX, PIN_LOCK_MS, SESSION_MS


# -- signing in ---
def test_nobody_is_shown_the_sign_in_page_with_the_wallets_there_are(stranger):
    page = stranger.see("/wallet/")
    assert page.status_code == 200
    assert "Pete" in page.text
    assert "100.00" not in page.text


def test_signing_in_leads_home(stranger):
    answer = stranger.sign_in()
    assert (answer.status_code, answer.location) == (303, "/wallet/")
    assert "¥100.00" in stranger.see("/wallet/").text


def test_the_session_cookie_is_for_the_server_only(stranger):
    cookie = stranger.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/wallet" in cookie


def test_a_wrong_pin_is_told_and_never_repeated(stranger):
    answer = stranger.sign_in(pin="987654")
    assert answer.status_code == 403
    assert "2 tries left" in answer.text
    assert "987654" not in answer.text


def test_three_wrong_pins_lock_the_wallet_for_a_while(pete, stranger):
    for _ in range(3):
        answer = stranger.sign_in(pin="987654")
    assert str(START_MS + PIN_LOCK_MS) in answer.text
    assert stranger.sign_in().status_code == 403
    pete.clock.advance_to(START_MS + PIN_LOCK_MS)
    assert stranger.sign_in().status_code == 303


def test_an_unknown_wallet_is_a_wrong_pin(stranger):
    assert stranger.sign_in(wallet_id="<script>").status_code == 403


def test_forms_of_two_pages_that_were_asked_for_at_once_fit_the_same_session(stranger, pete):
    """A page that waits shows no form yet; the two that follow it at once both show one."""
    cookie = stranger.sign_in().headers["Set-Cookie"]
    name, value = cookie.partition(";")[0].split("=", 1)
    tokens = set()
    for _ in range(2):
        stranger.client.set_cookie(name, value, path="/wallet")
        tokens.add(stranger.see("/wallet/new").token)
    assert len(tokens) == 1


def test_a_session_ends_by_the_worlds_own_clock(pete, phone):
    pete.clock.advance_to(START_MS + SESSION_MS + 2_000)
    assert "Pete" in phone.see("/wallet/").text
    assert phone.client.get("/wallet/home.json").status_code == 401


def test_signing_out_signs_out(phone):
    phone.token = phone.see("/wallet/").token
    assert phone.submit("/wallet/sign-out").status_code == 303
    assert phone.client.get("/wallet/home.json").status_code == 401


def test_a_ticket_signs_in_once(pete, stranger):
    ticket = pete.service.issue_ticket("pete")
    answer = stranger.see(f"/wallet/t/{ticket}?stage=1")
    assert (answer.status_code, answer.location) == (303, "/wallet/")
    assert "¥100.00" in stranger.see("/wallet/").text
    assert Phone(pete).see(f"/wallet/t/{ticket}").status_code == 401


def test_a_wallet_that_is_gone_is_signed_out(pete, phone):
    with pete.door.begin() as cx:
        cx.exec_driver_sql("DELETE FROM wallet")
    assert phone.client.get("/wallet/home.json").status_code == 401


@pytest.mark.parametrize("path", ["/wallet/scan", "/wallet/s/sc_1", f"/wallet/p/{TOKEN}"])
def test_a_page_asks_to_sign_in_and_comes_back(stranger, path):
    answer = stranger.see(path)
    assert (answer.status_code, answer.location) == (303, f"/wallet/?next={path}")
    assert f'value="{path}"' in stranger.see(answer.location).text
    assert stranger.sign_in(next=path).location == path


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/ledger/", "/wallet//evil", "/wallet/\\e"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(stranger, path):
    assert path not in stranger.client.get("/wallet/", query_string={"next": path}).text
    assert stranger.sign_in(next=path).location == "/wallet/"


@pytest.mark.parametrize("path", ["home.json", "events", "s/sc_1.json", "s/sc_1/events"])
def test_a_program_that_is_nobody_is_told_so(stranger, path):
    answer = stranger.client.get(f"/wallet/{path}")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "path", ["sign-in", "sign-out", "new", "scan", "scan/picture", "frames", "scans", "s/x/approve"]
)
def test_a_form_from_elsewhere_is_refused(phone, path):
    assert phone.client.post(f"/wallet/{path}", data={"pin": PIN}).status_code == 403


# -- a new wallet ---
def test_a_new_wallet_is_made_and_entered(pete, stranger):
    answer = stranger.submit("/wallet/new", name="Mei Lin", balance="50", currency="CNY", pin=PIN)
    assert (answer.status_code, answer.location) == (303, "/wallet/")
    pete.run()
    assert pete.service.wallet("mei-lin")["balance_minor"] == 5_000
    assert "¥50.00" in stranger.see("/wallet/").text


def test_names_may_be_alike_and_in_any_script(pete, stranger):
    for name, wallet_id in (("Pete!", "pete-2"), ("美玲", "wallet"), ("Zoé", "zoe")):
        stranger.submit("/wallet/new", name=name, balance="1", currency="JPY", pin=PIN)
        assert pete.service.wallet(wallet_id)["name"] == name


def test_a_name_that_everybody_has_is_refused(stranger, monkeypatch):
    monkeypatch.setattr("wallet.app.pages._TRIES_MAX", 2)
    answer = stranger.submit("/wallet/new", name="Pete", balance="1", currency="CNY", pin=PIN)
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "A name has 1 to 40 characters."),
        ("pin", "12", "A PIN has 4 to 12 digits."),
        ("balance", "abc", "That is no amount"),
        ("balance", "1e9", "That is no amount"),
        ("balance", "9" * 100_000, "of demo money is the most."),
        ("balance", "-5", "That is no amount"),
        ("balance", "200.01", "¥200.00 of demo money is the most."),
        ("currency", "XXX", "Choose one of these currencies."),
    ],
)
def test_a_wallet_that_cannot_be_is_explained_at_its_field(pete, stranger, field, value, says):
    right = {"name": "Mei", "balance": "50", "currency": "CNY", "pin": "2468"}
    answer = stranger.submit("/wallet/new", **{**right, field: value})
    assert answer.status_code == 422
    assert says in answer.text
    assert "2468" not in answer.text
    assert len(pete.service.wallets()) == 1


def test_a_problem_without_words_of_its_own_is_told_as_it_is(stranger, monkeypatch):
    monkeypatch.setattr("wallet.service.wallets.WALLETS_MAX", 1)
    answer = stranger.submit("/wallet/new", name="Mei", balance="1", currency="CNY", pin=PIN)
    assert answer.status_code == 409


@pytest.mark.parametrize(("currency", "most"), [("CNY", "200"), ("JPY", "20000"), ("KWD", "20")])
def test_the_most_demo_money_has_the_currencys_own_decimals(pete, stranger, currency, most):
    stranger.submit("/wallet/new", name="Mei", balance=most, currency=currency, pin=PIN)
    pete.run()
    assert pete.service.wallet("mei")["balance_minor"] == DEMO_TOP_UP_MINOR_MAX
