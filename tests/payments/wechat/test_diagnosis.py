"""Why a signature failed: every usual mistake is named, and the string that was signed is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payments.wechat.diagnoses import BASE, CREATE, NONCE, STAMP, diagnosed, message
from tests.payments.wechat.mall import PUBKEY, make_mall
from tests.payments.wechat.shop import write
from vendor_sim.payments.wechat import diagnosis

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall

QUERY = f"/v3/pay/transactions/out-trade-no/a%7Cb%20c?mchid={PUBKEY}&x=%E5%8F%AF+1"
DOCUMENT = {
    "description": "可乐 <&> a/b",
    "out_trade_no": "order-000001",
    "notify_url": "https://shop.test/hook?",
    "amount": {"total": 350, "currency": "CNY"},
}


def upper(text: bytes) -> bytes:
    for escape in (b"\\u53ef", b"\\u4e50"):
        text = text.replace(escape, escape[:2] + escape[2:].upper())
    return text


SENT = write(DOCUMENT)
GO = write(DOCUMENT)
for _char, _escape in ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026")):
    GO = GO.replace(_char, _escape)
MISTAKEN_BODIES: list[tuple[str, bytes]] = [
    ("with spaces after , and :", json.dumps(DOCUMENT, ensure_ascii=False).encode()),
    ("Chinese as \\u escapes", json.dumps(DOCUMENT).encode()),
    ("without spaces, Chinese as \\u", json.dumps(DOCUMENT, separators=(",", ":")).encode()),
    ("upper-case \\u escapes", upper(json.dumps(DOCUMENT, separators=(",", ":")).encode())),
    ("indented by 2", json.dumps(DOCUMENT, indent=2, ensure_ascii=False).encode()),
    ("indented by 4", json.dumps(DOCUMENT, indent=4).encode()),
    ("keys sorted", write(dict(sorted(DOCUMENT.items())) | {"amount": DOCUMENT["amount"]})),
    ("slashes as \\/", write(DOCUMENT).replace(b"/", rb"\/")),
    ("PHP's default", json.dumps(DOCUMENT, separators=(",", ":")).replace("/", r"\/").encode()),
    ("Go's default", GO),
    ("a line feed at its end", GO + b"\n"),
    ("ended in a line feed that was not sent", SENT + b"\n"),
    ("an empty body was signed", b""),
    ("an empty object", b"{}"),
    ("null was signed", b"null"),
    ("byte order mark", b"\xef\xbb\xbf" + SENT),
    ("GBK", SENT.decode().encode("gbk")),
    ("as Python prints it", repr(DOCUMENT).encode()),
]


def test_sorting_of_the_sample_is_really_another_text() -> None:
    keys = list(DOCUMENT)
    assert keys != sorted(keys)
    texts = [body for _, body in MISTAKEN_BODIES]
    assert len(set(texts)) == len(texts)
    assert SENT not in texts


@pytest.mark.parametrize(
    ("words", "body"), MISTAKEN_BODIES, ids=[one[0] for one in MISTAKEN_BODIES]
)
def test_another_body_than_was_sent(mall: Mall, words: str, body: bytes) -> None:
    if "sorted" in words:
        body = json.dumps(
            DOCUMENT, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()
    found = diagnosed(mall, message(body=body), body=SENT)
    assert words in found.cause
    assert found.implied == message(body=body).decode(errors="backslashreplace")
    assert found.expected == message(body=SENT).decode()
    expected, implied = message(body=SENT), message(body=body)
    at = found.first_difference
    assert at is not None
    assert expected[:at] == implied[:at]
    assert expected[at : at + 1] != implied[at : at + 1]
    assert "Serialise the body once" in found.fix


@pytest.mark.parametrize(
    ("words", "sent", "signed"),
    [
        ("sent with a line feed that was not signed", b'{"a":1}\n', b'{"a":1}'),
        ("white space around the body", b'  {"a":1} \n', b'{"a":1}'),
        ("sent with CRLF", b'{\r\n"a":1}', b'{\n"a":1}'),
        ("signed with CRLF", b'{\n"a":1}', b'{\r\n"a":1}'),
        ("sent with a byte order mark", b'\xef\xbb\xbf{"a":1}', b'{"a":1}'),
        ("Python's default", b'{"a":1,"b":2}', b'{"a": 1, "b": 2}'),
        ("with spaces after :", b'{"a":1,"b":2}', b'{"a": 1,"b": 2}'),
        ("with spaces after ,", b'{"a":1,"b":2}', b'{"a":1, "b":2}'),
    ],
)
def test_small_things_about_the_body(mall: Mall, words: str, sent: bytes, signed: bytes) -> None:
    found = diagnosed(mall, message(body=signed), body=sent)
    assert words in found.cause
    assert found.implied == message(body=signed).decode()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 3_000, b"", b'"\\ud800"'])
def test_a_body_that_is_no_json_or_strange_does_no_harm(mall: Mall, body: bytes) -> None:
    found = diagnosed(mall, message(body=body + b"\n"), body=body)
    assert "line feed that was not sent" in found.cause
    assert "none of the usual mistakes" in diagnosed(mall, b"?", body=body).cause


PATH = "/v3/pay/transactions/out-trade-no/a%7Cb%20c"
MISTAKEN_TARGETS = [
    ("the query was not signed", PATH),
    ("percent-escapes decoded", f"/v3/pay/transactions/out-trade-no/a|b c?mchid={PUBKEY}&x=可+1"),
    ("other characters percent-encoded", QUERY.replace("%7C", "|")),
    ("lower-case percent-escapes", QUERY.replace("%7C", "%7c").replace("%E5%8F%AF", "%e5%8f%af")),
    ("without its first /", QUERY[1:]),
    ("without /v3", QUERY[3:]),
    ("with a / at its end", f"{PATH}/?mchid={PUBKEY}&x=%E5%8F%AF+1"),
    ("with a ? behind it", QUERY + "?"),
    ("in another order", f"{PATH}?x=%E5%8F%AF+1&mchid={PUBKEY}"),
    ("not every query parameter", f"{PATH}?mchid={PUBKEY}"),
    ("spaces in the query were signed as %20", QUERY.replace("+", "%20")),
    ("the whole address", BASE + QUERY),
    ("the whole address", f"https://api.mch.weixin.qq.com{QUERY}"),
    ("the whole address", f"https://api2.wechatpay.cn{QUERY}"),
    ("the host was signed with the path", f"127.0.0.1:8000{QUERY}"),
]


@pytest.mark.parametrize(("words", "target"), MISTAKEN_TARGETS)
def test_another_target_than_was_sent(mall: Mall, words: str, target: str) -> None:
    found = diagnosed(mall, message("GET", target), method="GET", target=QUERY)
    assert words in found.cause
    assert found.implied == message("GET", target).decode()
    assert "Sign the path with its query" in found.fix


def test_more_about_targets(mall: Mall) -> None:
    sent = "/v3/x?" + "&".join(f"p{number}={number}" for number in range(6))
    back = "/v3/x?" + "&".join(f"p{number}={number}" for number in reversed(range(6)))
    assert "another order" in diagnosed(mall, message("GET", back), method="GET", target=sent).cause
    upper_case = diagnosed(mall, message("GET", "/v3/%7C"), method="GET", target="/v3/%7c")
    assert "percent" in upper_case.cause
    plus = diagnosed(mall, message("GET", "/v3/x?a=+"), method="GET", target="/v3/x?a=%20")
    assert "signed as +" in plus.cause


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("lower case", message("get", QUERY)),
        ("capitalised", message("Get", QUERY)),
        ("POST was signed, but GET was sent", message("POST", QUERY)),
        ("another timestamp", message("GET", QUERY, str(int(STAMP) - 1))),
        ("another timestamp", message("GET", QUERY, str(int(STAMP) + 5))),
        ("milliseconds", message("GET", QUERY, STAMP + "123")),
        ("last line was not ended", message("GET", QUERY)[:-1]),
        (r"ended by \r\n", message("GET", QUERY).replace(b"\n", b"\r\n")),
        ("backslash and n", message("GET", QUERY).replace(b"\n", rb"\n")),
        ("joined without line feeds", message("GET", QUERY).replace(b"\n", b"")),
        ("nonce was signed before", f"GET\n{QUERY}\n{NONCE}\n{STAMP}\n\n".encode()),
        ("string of an answer", f"{STAMP}\n{NONCE}\n\n".encode()),
    ],
)
def test_other_parts_and_layouts(mall: Mall, words: str, wrong: bytes) -> None:
    found = diagnosed(mall, wrong, method="GET", target=QUERY)
    assert words in found.cause
    assert found.implied == wrong.decode()


def test_a_line_left_out(mall: Mall) -> None:
    wrong = message(body=SENT).removesuffix(SENT + b"\n")
    assert "the line of the body was left out" in diagnosed(mall, wrong, body=SENT).cause


def test_where_one_string_is_the_beginning_of_the_other_they_differ_at_its_end(mall: Mall) -> None:
    wrong = message(body=SENT)[:-1]
    found = diagnosed(mall, wrong, body=SENT)
    assert found.first_difference == len(wrong)


def test_two_mistakes_at_once_are_both_named(mall: Mall) -> None:
    body = json.dumps(DOCUMENT).encode()
    found = diagnosed(mall, message(target=BASE + CREATE, body=body), body=SENT)
    assert "the whole address was signed" in found.cause
    assert "the body was serialised a second time" in found.cause
    assert "Serialise the body once" in found.fix
    assert "Sign the path" in found.fix


def test_a_string_nobody_would_guess_is_said_to_be_another_one(mall: Mall) -> None:
    found = diagnosed(mall, b"something else entirely", body=SENT)
    assert "the key is the right one, but another string was signed" in found.cause
    assert (found.implied, found.first_difference) == (None, None)
    assert found.expected == message(body=SENT).decode()


def test_a_search_through_large_bodies_has_an_end(
    mall: Mall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "_HASHED_BYTES_MAX", 100)
    assert "another string was signed" in diagnosed(mall, b"else", body=SENT).cause


# -- any body --------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
_MALL = make_mall()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.text(max_size=8), _JSON, max_size=5),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(None, (",", ":")), (None, (", ", ": ")), (2, (",", ": ")), (4, (",", ": "))]),
    st.sampled_from([b"", b"\n"]),
)
def test_a_body_written_again_in_a_usual_way_is_always_found(
    document: dict[str, Any],
    is_sorted: bool,
    is_ascii: bool,
    spaces: tuple[int | None, tuple[str, str]],
    end: bytes,
) -> None:
    sent = b" " + write(document) + b" "
    text = json.dumps(
        document,
        sort_keys=is_sorted,
        ensure_ascii=is_ascii,
        indent=spaces[0],
        separators=spaces[1],
    )
    signed = text.encode() + end
    found = diagnosed(_MALL, message(body=signed), body=sent)
    assert found.implied == message(body=signed).decode()
    assert found.first_difference is not None
    assert "body" in found.cause
