"""JSON means one thing here, or is refused with the reason."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.limits import JSON_DEPTH_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import strict_json


def refusal(raw):
    with pytest.raises(Refused) as refused:
        strict_json.parse(raw)
    return refused.value.problem


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"[" * 10_000, "deeper"),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "deeper"),
        (b"{", "no JSON"),
        (b"{'a':1}", "no JSON"),
        (b"1 2", "no JSON"),
        (b"\xff", "UTF-8"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b'{"a":1,"a":2}', "'a' stands twice"),
        (b"[NaN]", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "Infinity"),
        (b"[1.0]", "1.0"),
        (b"[1e3]", "1e3"),
        (b"[9223372036854775808]", "64-bit"),
        (b"[-9223372036854775808]", "64-bit"),
        (b"[" + b"1" * 5_000 + b"]", "64-bit"),
        (b'["\\u0000"]', "NUL"),
        (b'{"\\ud800":1}', "surrogates"),
        (b'[{"a":["\\udfff"]}]', "surrogates"),
    ],
)
def test_what_json_must_not_be(raw, says):
    problem = refusal(raw)
    assert problem.code is Code.MALFORMED
    assert says in problem.detail


def test_brackets_inside_texts_do_not_count_as_depth():
    document = {"a": '[[[[[[[[[[{{{{"\\', "b": '\\"[[[[[[[[[['}
    assert strict_json.parse(json.dumps(document).encode()) == document


def test_the_depth_allowed_is_allowed():
    raw = b"[" * JSON_DEPTH_MAX + b"]" * JSON_DEPTH_MAX
    assert strict_json.parse(raw) == json.loads(raw)


def test_an_object_is_an_object():
    assert strict_json.parse_object(b'{"a":null}') == {"a": None}
    with pytest.raises(Refused, match="object"):
        strict_json.parse_object(b'"a"')


_DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.just("k"), inner, max_size=1),
    max_leaves=12,
)


def _depth(document):
    if isinstance(document, dict):
        return 1 + max(map(_depth, document.values()), default=0)
    return 1 + max(map(_depth, document), default=0) if isinstance(document, list) else 0


@given(_DOCUMENTS)
def test_what_we_write_we_read(document):
    raw = strict_json.compact(document)
    if _depth(document) > JSON_DEPTH_MAX:
        assert "deeper" in refusal(raw).detail
    else:
        assert strict_json.parse(raw) == document


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd_to_be_refused_clearly(raw):
    with contextlib.suppress(Refused):
        strict_json.parse(raw)


def test_other_peoples_answers_are_read_loosely():
    assert strict_json.parse_answer(b'{"rate": 0.6}') == {"rate": 0.6}
    with pytest.raises(ValueError, match="Expecting"):
        strict_json.parse_answer(b"<html>")
