"""Money is integers of minor units; every currency has its own number of decimals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.kernel.money import (
    CURRENCIES,
    Currency,
    Money,
    UnknownCurrencyError,
    currency_of,
    major_text,
    minor_of,
)

CNY, JPY, KWD = (currency_of(code) for code in ("CNY", "JPY", "KWD"))


KEPT = """
CHF  2  CHF\N{NO-BREAK SPACE}
CNY  2  ¥
EUR  2  €
GBP  2  £
HKD  2  HK$
JPY  0  ¥
KRW  0  ₩
KWD  3  KD\N{NO-BREAK SPACE}
SGD  2  S$
USD  2  $
"""


def test_books_are_kept_in_these_currencies() -> None:
    listed = [line.split("  ") for line in KEPT.strip("\n").splitlines()]
    assert {
        code: Currency(code, int(exponent), symbol) for code, exponent, symbol in listed
    } == CURRENCIES


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (350, CNY, "¥3.50"),
        (5, CNY, "¥0.05"),
        (0, CNY, "¥0.00"),
        (-350, CNY, "\N{MINUS SIGN}¥3.50"),
        (350, JPY, "¥350"),
        (-350, JPY, "\N{MINUS SIGN}¥350"),
        (1250, KWD, "KD\N{NO-BREAK SPACE}1.250"),
        (7, KWD, "KD\N{NO-BREAK SPACE}0.007"),
    ],
)
def test_an_amount_is_shown_with_the_decimals_of_its_currency(
    minor: int, currency: object, shown: str
) -> None:
    assert str(Money(minor, currency)) == shown


def test_a_negative_amount_keeps_its_sign_in_plain_text() -> None:
    assert major_text(-5, CNY) == "-0.05"
    assert major_text(-5, JPY) == "-5"


@pytest.mark.parametrize(
    ("minor", "kind"), [(1.0, "float"), ("1", "str"), (True, "bool"), (None, "NoneType")]
)
def test_money_is_made_of_an_int_only(minor: object, kind: str) -> None:
    with pytest.raises(TypeError, match=f"money is an int of minor units, not {kind}"):
        Money(minor, CNY)


@pytest.mark.parametrize("sign", [1, -1])
def test_money_reaches_its_bound_and_goes_no_further(sign: int) -> None:
    assert Money(sign * AMOUNT_MINOR_MAX, CNY).minor == sign * AMOUNT_MINOR_MAX
    with pytest.raises(ValueError, match="beyond"):
        Money(sign * (AMOUNT_MINOR_MAX + 1), CNY)


def test_an_unknown_currency_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownCurrencyError, match="'XXX'; known are CHF, CNY"):
        currency_of("XXX")


@given(st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(list(CURRENCIES.values())))
def test_what_was_written_is_read_back(minor: int, currency: object) -> None:
    assert minor_of(major_text(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("3.5", CNY, 350), ("3", CNY, 300), ("0.10", CNY, 10), ("350", JPY, 350), ("7.0", JPY, 7)],
)
def test_a_person_may_leave_decimals_out(text: str, currency: object, minor: int) -> None:
    assert minor_of(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "1,5", "1e3", ".5", "5.", "NaN", "1_000", "٣", "\N{FULLWIDTH DIGIT ONE}"]
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no amount; write it like 3\.50"):
        minor_of(text, CNY)


@pytest.mark.parametrize(("text", "currency"), [("3.505", CNY), ("3.5", JPY), ("0.0001", KWD)])
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: object) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        minor_of(text, currency)
