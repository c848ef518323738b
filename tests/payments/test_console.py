"""The console shows all that the platform knows, to its operator only."""

from __future__ import annotations

import re

import pytest

from vendor_sim.kernel.limits import REFUND_MS

PAGES = ("", "refunds", "notices", "accounts", "transfers", "merchants", "audit")
HTML = {"Accept": "text/html"}


@pytest.fixture
def stranger(platform):
    return platform.payments.app.test_client()


@pytest.fixture
def operator(stranger):
    page = stranger.get("/ledger/login").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = stranger.post("/ledger/login", data={"password": "open sesame", "csrf_token": token})
    assert answer.status_code == 302
    return stranger


def shown(client, path):
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def token_on(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


@pytest.fixture
def captured(platform):
    intent, account = platform.paid()
    platform.merchant.capture(intent.id, platform.key())
    platform.merchant.refund(intent.id, 150, "half was warm", platform.key())
    platform.pass_ms(REFUND_MS)
    return intent, account


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_nothing(stranger, page):
    assert stranger.get(f"/ledger/{page}", headers=HTML).location == "/ledger/login"
    for live in ("summary.json", "events"):
        assert stranger.get(f"/ledger/{live}").status_code == 401


def test_a_wrong_password_is_told_so(stranger):
    token = token_on(stranger.get("/ledger/login").text)
    answer = stranger.post("/ledger/login", data={"password": "x", "csrf_token": token})
    assert answer.status_code == 403
    assert "not the console" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_platform_has_words_for_every_page(operator, page):
    assert "<h1>" in shown(operator, f"/ledger/{page}")


def test_an_intents_life_is_told_in_order(operator, captured):
    intent, _ = captured
    assert "Cola" in shown(operator, "/ledger/")
    life = shown(operator, f"/ledger/intents/{intent.id}")
    told = [
        "asked to collect",
        "hold · held ¥3.50",
        "sale · captured ¥3.50",
        "refund · moved ¥1.50",
    ]
    places = [life.index(words) for words in told]
    assert places == sorted(places)
    for part in ("half was warm", "payment.captured", "refund.succeeded"):
        assert part in life


def test_refunds_are_listed_with_their_reason(operator, captured):
    page = shown(operator, "/ledger/refunds")
    assert "half was warm" in page
    assert "succeeded" in page


def test_a_transfer_shows_its_two_entries(operator, captured):
    page = shown(operator, "/ledger/transfers")
    first = re.search(r'href="(/ledger/transfers/[^"]+)"', page)[1]
    entries = shown(operator, first)
    assert "debit" in entries
    assert "credit" in entries
    hold = next(
        link for link in re.findall(r'href="(/ledger/transfers/[^"]+)"', page) if "hold" in link
    )
    assert "¥3.50" in shown(operator, hold)


def test_an_account_shows_balances_and_entries(operator, captured):
    _, account = captured
    page = shown(operator, f"/ledger/accounts/{account}")
    assert "¥98.00" in page
    assert account in shown(operator, "/ledger/accounts")


def test_long_lists_are_paged(platform, operator):
    account = platform.account(0)
    for number in range(51):
        platform.provider.top_up(account, 1, f"top-{number}")
    page = shown(operator, "/ledger/transfers")
    older = re.search(r'href="(/ledger/transfers\?before=\d+)"', page)[1]
    assert "before=" not in shown(operator, older)
    assert operator.get("/ledger/transfers?before=x").status_code == 422
    assert "before=" in shown(operator, f"/ledger/accounts/{account}")


def test_a_notice_shows_its_attempts_and_can_be_sent_again(platform, operator):
    platform.paid()
    platform.tick()
    link = re.search(r'href="(/ledger/notices/[^"]+)"', shown(operator, "/ledger/notices"))[1]
    page = shown(operator, link)
    assert "webhook-id" in page
    assert "payment.authorised" in page
    before = len(platform.hooks.heard)
    assert operator.post(f"{link}/resend").status_code == 403
    answer = operator.post(f"{link}/resend", data={"csrf_token": token_on(page)})
    assert answer.location == link
    platform.tick()
    assert len(platform.hooks.heard) == before + 1
    first, again = platform.hooks.heard[0], platform.hooks.heard[-1]
    assert again.headers["webhook-id"] == first.headers["webhook-id"]


def test_no_page_shows_a_secret(platform, operator, captured):
    intent, account = captured
    pages = [f"/ledger/{page}" for page in PAGES]
    pages += [f"/ledger/intents/{intent.id}", f"/ledger/accounts/{account}"]
    pages += re.findall(r'href="(/ledger/notices/[^"]+)"', shown(operator, "/ledger/notices"))
    text = "".join(shown(operator, page) for page in pages)
    for secret in ("whsec_", "key-m1", "key-p1", "open sesame"):
        assert secret not in text


def test_the_audit_says_that_the_books_agree(operator, captured):
    assert "The books agree with the log." in shown(operator, "/ledger/audit")


def test_the_audit_says_where_they_do_not(platform, operator, captured):
    platform.door.transact(
        lambda cx: cx.exec_driver_sql("UPDATE balance SET credits_posted = credits_posted + 1")
    )
    page = shown(operator, "/ledger/audit")
    assert "disagree" in page
    assert "a balance is the fold of its account" in page


def test_pages_stay_true_while_open(operator, captured):
    assert operator.get("/ledger/summary.json").get_json()["seq"] > 0
    assert operator.get("/ledger/events").headers["Vendor-Sim-Live"] == "payments"


def test_an_unknown_thing_is_not_found(operator):
    for path in ("intents/in_1", "accounts/acc_1", "transfers/t_1", "notices/nt_1"):
        assert operator.get(f"/ledger/{path}", headers=HTML).status_code == 404
