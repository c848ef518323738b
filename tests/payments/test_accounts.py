"""Accounts: opening, topping up, looking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import START_MS, refused
from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, REFUND_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.service import MerchantSeed
from vendor_sim.wire.schemas import StatementView, TransferPage

if TYPE_CHECKING:
    from tests.payments.conftest import Platform


def get(platform: Platform, path: str, key: str = "key-p1", **query: Any) -> Any:
    answer = platform.payments.app.test_client().get(
        path, query_string=query, headers={"Authorization": f"Bearer {key}"}
    )
    body = json.loads(answer.data)
    return body if answer.status_code == 200 else (answer.status_code, body["error"]["where"])


def test_an_account_is_opened_once_for_a_key(platform: Platform) -> None:
    opened = platform.provider.open_account("Pete", "CNY", "k")
    assert (opened.name, opened.balance_minor, opened.available_minor) == ("Pete", 0, 0)
    assert platform.provider.open_account("Pete", "CNY", "k") == opened
    with refused(Code.KEY_REUSED):
        platform.provider.open_account("Sandrine", "CNY", "k")
    with refused(Code.INVALID, "currency"):
        platform.provider.open_account("Pete", "XXX", "k2")


def test_a_top_up_is_made_once_for_a_key(platform: Platform) -> None:
    account = platform.account(balance_minor=0)
    assert platform.provider.top_up(account, 500, "k").balance_minor == 500
    assert platform.provider.top_up(account, 500, "k").balance_minor == 500
    with refused(Code.KEY_REUSED):
        platform.provider.top_up(account, 501, "k")
    with refused(Code.KEY_REUSED):
        platform.provider.top_up(platform.account(0), 500, "k")
    with refused(Code.INVALID, "amount_minor"):
        platform.provider.top_up(account, AMOUNT_MINOR_MAX + 1, "k3")
    assert platform.balance("funding:CNY") == (500, 0)


def test_currencies_keep_apart_and_need_no_decimals(platform: Platform) -> None:
    for currency in ("JPY", "KWD"):
        intent = platform.open_intent(currency=currency, order_ref=currency)
        account = platform.account(1_000, currency)
        platform.pay(intent, account, f"au_{currency}")
        platform.merchant.capture(intent.id, currency)
        assert platform.balance(account) == (650, 0)
        assert platform.balance(f"merchant:m_lobby:{currency}") == (350, 0)
    assert platform.sound()


def test_a_merchant_reaches_its_own_account(platform: Platform) -> None:
    path = "/v1/accounts/merchant:m_lobby:CNY"
    assert get(platform, path, "key-m1") == (404, None), "opened by its first payment"
    platform.paid()
    view = get(platform, path, "key-m1")
    assert (view["name"], view["balance_minor"], view["currency"]) == ("Lobby", 0, "CNY")
    for stranger in ("key-m2", "key-p1"):
        assert get(platform, path, stranger)[0] == 404
    for other in ("merchant:m_quiet:CNY", "funding:CNY", "merchant:", "merchant:m_lobby:x:CNY"):
        assert get(platform, f"/v1/accounts/{other}", "key-m1")[0] == 404


def test_a_merchants_name_that_begins_another_opens_nothing(platform: Platform) -> None:
    platform.payments.service.add_merchant(MerchantSeed("m_lobby:x", "Next door", "key-x"))
    headers = {"Authorization": "Bearer key-x", "Idempotency-Key": "k"}
    body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
    client = platform.payments.app.test_client()
    code = client.post("/v1/intents", json={**body, "takes": "at_once"}, headers=headers).json
    asked = {"code": code["code"], "account": platform.account(), "amount_minor": 1}
    platform.provider.authorise({**asked, "currency": "CNY"}, "au_x")
    path = "/v1/accounts/merchant:m_lobby:x:CNY"
    assert get(platform, path, "key-x")["balance_minor"] == 1
    assert get(platform, path, "key-m1")[0] == 404


def test_transfers_are_listed_newest_first_a_page_at_a_time(platform: Platform) -> None:
    intent, account = platform.paid()
    platform.merchant.capture(intent.id, "c")
    path = f"/v1/accounts/{account}/transfers"
    page = TransferPage.model_validate(get(platform, path))
    assert [(one.kind, one.code) for one in page.transfers] == [
        ("post", "sale"),
        ("pending", "hold"),
        ("single", "top_up"),
    ]
    first = TransferPage.model_validate(get(platform, path, limit=1)).transfers
    rest = get(platform, path, before=first[0].seq)
    assert first + TransferPage.model_validate(rest).transfers == page.transfers
    assert get(platform, path, "key-m1")[0] == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", "0"), ("limit", "1001"), ("limit", "-1"), ("limit", "²"), ("before", "x")),
        *(("before", "1_0"), ("before", "9" * 40), ("surprise", "1"), ("limit", "1\0")),
    ],
)
def test_a_wrong_parameter_is_named(platform: Platform, name: str, value: str) -> None:
    path = f"/v1/accounts/{platform.account()}/transfers"
    assert get(platform, path, **{name: value}) == (422, name)


def test_a_statement_opens_plus_its_lines_and_closes(platform: Platform) -> None:
    account = platform.account(1_000)
    platform.clock.advance_to(START_MS + 1_000)
    intent = platform.open_intent(takes="at_once")
    platform.pay(intent, account)
    platform.merchant.refund(intent.id, 50, "part", "r")
    platform.pass_ms(REFUND_MS)
    path = f"/v1/accounts/{account}/statement"
    whole = StatementView.model_validate(get(platform, path))
    assert (whole.opening_minor, whole.closing_minor) == (0, 700)
    assert [(one.code, one.delta_minor, one.balance_minor) for one in whole.lines] == [
        ("top_up", 1_000, 1_000),
        ("sale", -350, 650),
        ("refund_done", 50, 700),
    ]
    assert whole.lines[1].reference == intent.id
    times = {"from": rfc3339(START_MS + 1_000), "to": rfc3339(START_MS + 1_001)}
    part = StatementView.model_validate(get(platform, path, **times))
    assert (part.opening_minor, part.closing_minor, len(part.lines)) == (1_000, 650, 1)
    none = StatementView.model_validate(get(platform, path, **{"from": times["to"], **times}))
    assert none.closing_minor == none.opening_minor + sum(one.delta_minor for one in none.lines)


def test_a_statement_without_lines_closes_as_it_opens(platform: Platform) -> None:
    account = platform.account(1_000)
    path = f"/v1/accounts/{account}/statement"
    later = StatementView.model_validate(get(platform, path, **{"from": rfc3339(START_MS + 5)}))
    assert (later.opening_minor, later.closing_minor, later.lines) == (1_000, 1_000, [])


def test_a_hold_is_no_line_of_a_statement(platform: Platform) -> None:
    _, account = platform.paid()
    statement = get(platform, f"/v1/accounts/{account}/statement")
    assert [line["code"] for line in statement["lines"]] == ["top_up"]


def test_a_statement_over_its_limit_asks_for_less(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = platform.account(1_000)
    platform.provider.top_up(account, 1, "k")
    monkeypatch.setattr("vendor_sim.payments.service.accounts.STATEMENT_ROWS_MAX", 1)
    assert get(platform, f"/v1/accounts/{account}/statement") == (422, "from")


@pytest.mark.parametrize("value", ["yesterday", "2026-02-30T00:00:00Z", "1", "", "2026-01-01"])
def test_an_instant_is_rfc_3339(platform: Platform, value: str) -> None:
    path = f"/v1/accounts/{platform.account()}/statement"
    assert get(platform, path, to=value) == (422, "to")
