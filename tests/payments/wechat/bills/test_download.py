"""Tokens that say what they are for, digests, and files compressed the same every time."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.payments.wechat.bills.download import VALID_MS, Sealer, Ticket, digest, zip_up

NOW_MS = 1_800_000_000_000
TICKET = Ticket("1900000001", "trade", "2019-06-11", "ALL", True, NOW_MS + VALID_MS)
SEALER = Sealer(b"a key of the platform")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_token_says_what_it_was_made_for(zipped):
    ticket = replace(TICKET, zipped=zipped)
    token = SEALER.token(ticket)
    assert SEALER.ticket(token, NOW_MS) == ticket
    assert re.fullmatch(r"[A-Za-z0-9_-]{80,120}", token)


def test_a_token_is_good_for_five_minutes():
    token = SEALER.token(TICKET)
    assert VALID_MS == 300_000
    assert SEALER.ticket(token, NOW_MS + VALID_MS - 1) == TICKET
    assert SEALER.ticket(token, NOW_MS + VALID_MS) is None


def test_a_token_of_another_platform_is_none_of_ours():
    assert Sealer(b"another key").ticket(SEALER.token(TICKET), NOW_MS) is None


@given(st.data())
def test_a_token_with_any_letter_changed_is_worth_nothing(data):
    token = SEALER.token(TICKET)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda c: c != token[place]))
    assert SEALER.ticket(token[:place] + letter + token[place + 1 :], NOW_MS) is None


@pytest.mark.parametrize("add", ["=", "==", "!", "\n", " ", "A", "AA", "é"])
def test_a_ticket_has_one_token_only(add):
    token = SEALER.token(TICKET)
    assert SEALER.ticket(token + add, NOW_MS) is None
    assert SEALER.ticket(token[:10] + add + token[10:], NOW_MS) is None


@given(st.text())
def test_what_nobody_sealed_opens_nothing(text):
    assert SEALER.ticket(text, NOW_MS) is None


def test_a_digest_is_sha_1_in_hexadecimal():
    assert digest(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"


def test_a_file_compressed_twice_is_the_same_and_has_no_time_in_it():
    file = "交易时间\r\n".encode() * 100
    zipped = zip_up(file)
    assert zipped == zip_up(file)
    assert zipped[:2] == b"\x1f\x8b"
    assert zipped[3:8] == b"\0" * 5  # no name, no time
    assert gzip.decompress(zipped) == file
    assert len(zipped) < len(file)
