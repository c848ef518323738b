"""Two strings beside each other: where they differ is cut out, what cannot be seen is named."""

from __future__ import annotations

import pytest

from vendor_sim.payments.app.console_strings import NEAR_CHARS, PARTS, compared, visible

HEAD = "POST\n/v3/x\n1800000000\nnonce\n"
RIGHT = HEAD + '{"a":1}\n'


def first_row(signed, expected=RIGHT):
    rows = [row for row in compared(expected, signed) if row.first]
    assert len(rows) == 1
    return rows[0]


def test_each_line_is_named():
    rows = compared(RIGHT, None)
    assert [row.part for row in rows] == list(PARTS)
    assert [row.expected.same for row in rows] == [
        "POST",
        "/v3/x",
        "1800000000",
        "nonce",
        '{"a":1}',
    ]
    assert not any(row.differs or row.signed for row in rows)


def test_a_body_of_several_lines_is_a_body_throughout():
    assert [row.part for row in compared(HEAD + "{\n}\n", None)][4:] == ["body", "body"]


def test_an_empty_body_is_a_line():
    rows = compared(HEAD + "\n", None)
    assert (rows[4].expected.same, rows[4].expected.ended) == ("", True)


def test_equal_strings_differ_nowhere():
    assert not any(row.differs or row.first for row in compared(RIGHT, RIGHT))


def test_the_first_character_that_differs_is_marked_in_both():
    row = first_row(HEAD + '{"a": 1}\n')
    assert row.part == "body"
    assert (row.expected.same, row.expected.mark, row.expected.rest) == ('{"a":', "1", "}")
    assert (row.signed.same, row.signed.mark, row.signed.rest) == ('{"a":', "␣", "1}")


def test_only_one_row_is_the_first_and_each_has_its_own_cut():
    rows = compared(RIGHT, RIGHT.replace("POST", "post").replace("1}", "2}"))
    assert [row.differs for row in rows] == [True, False, False, False, True]
    assert [row.first for row in rows] == [True, False, False, False, False]
    assert rows[4].signed.mark == "2"


@pytest.mark.parametrize("signed", [RIGHT.removesuffix("\n"), HEAD + '{"a"\n'])
def test_a_line_that_ends_early_says_so(signed):
    row = first_row(signed)
    assert row.signed.ends_early
    assert row.signed.mark == ""
    assert row.signed.ended == signed.endswith("\n")


def test_a_line_that_is_not_there_is_none():
    row = first_row(HEAD)
    assert row.signed is None
    assert row.expected.same == '{"a":1}'
    more = first_row(f"{RIGHT}\n")
    assert (more.expected, more.part) == (None, "body")


def test_a_carriage_return_is_seen():
    row = first_row(RIGHT.replace("\n", "\r\n"))
    assert row.signed.mark == "⟨CR⟩"
    assert row.expected.ends_early


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("\t\0", "⟨TAB⟩⟨NUL⟩"),
        ("\ufeffx\xa0", "⟨BOM⟩x⟨NBSP⟩"),
        ("\u200b\u2028", "⟨U+200B⟩⟨U+2028⟩"),
        ("茶é", "茶é"),
    ],
)
def test_what_nobody_can_see_is_named(text, shown):
    assert visible(text) == shown


def test_long_lines_are_cut_around_the_difference():
    long = "x" * 1000
    row = first_row(f"{HEAD}{long}B{long}\n", f"{HEAD}{long}A{long}\n")
    cut = row.signed
    assert (cut.before, len(cut.same), cut.mark) == (1000 - NEAR_CHARS, NEAR_CHARS, "B")
    assert (len(cut.rest), cut.after) == (NEAR_CHARS, 1000 - NEAR_CHARS)


def test_a_long_line_that_is_alike_shows_its_beginning():
    line = compared("x" * 1000 + "\n", None)[0].expected
    assert (len(line.same), line.after) == (2 * NEAR_CHARS, 1000 - 2 * NEAR_CHARS)
