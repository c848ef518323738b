"""An arrow of the WeChat Pay dialect, opened: who signed which string, what was encrypted."""

from __future__ import annotations

import pytest

from tests.lab.fakes import AT_MS
from tests.lab.v3_purchase import (
    CHARGED,
    INSPECT,
    NATIVE,
    PAY,
    WRONG,
    asked,
    authorization,
    platform_signature,
    told,
)
from vendor_sim.kernel.clock import rfc3339
from vendor_sim.lab.opened import opened, opened_light
from vendor_sim.lab.signed import marked

STAMP = str(AT_MS // 1000)
RAW = '{"out_trade_no":"order-77"}\n'


def parts(entry):
    return {part["title"]: part for part in opened(entry)["parts"]}


def rows(part):
    return dict(part["rows"])


def diagnosed(**changes):
    usual = {
        "expected": "POST\n/v3/a\n",
        "implied": "POST\n/v3/b\r\n",
        "first_difference": 9,
        "cause": "another path was signed",
        "fix": "Sign what is sent.",
    }
    return {**WRONG, "texts": (RAW, ""), "diagnosis": {**usual, **changes}}


def test_the_header_that_signs_is_taken_apart() -> None:
    signer = rows(parts({**NATIVE[0], "texts": (RAW, "")})["Who signed it"])
    assert signer == {
        "scheme": "WECHATPAY2-SHA256-RSA2048",
        "mchid": "1900000009",
        "serial_no": "5A5A",
        "timestamp": f"{STAMP}  ({rfc3339(AT_MS)})",
        "nonce_str": "n0nce",
        "signature": "c2lnbmF0dXJl",
    }


def test_the_string_that_was_signed_shows_its_line_ends() -> None:
    entry = {**asked(1, f"POST {PAY}/native?a=b"), "texts": (RAW, "")}
    shown = parts(entry)["The string that was signed"]["content"]
    assert shown == f"POST↵\n{PAY}/native?a=b↵\n{STAMP}↵\nn0nce↵\n" + RAW.strip() + "↵\n↵\n"


def test_a_good_signature_is_said_to_be_good() -> None:
    said = parts({**NATIVE[0], "texts": ("{}", "")})
    assert said["Signature"]["content"].startswith("Valid: RSA")
    assert "authorization" not in said["Request"]["content"]


def test_the_platform_signs_its_answer_too() -> None:
    entry = {**asked(1, f"GET {PAY}/id/4"), "texts": ("", '{"a":1}')}
    entry["answer"]["headers"] = platform_signature()
    said = parts(entry)
    assert rows(said["The platform signed its answer"])["Wechatpay-Serial"] == "PUB_KEY_ID_1"
    string = said["The string that the platform signed"]["content"]
    assert string == f'{STAMP}↵\nPLATFORM↵\n{{"a":1}}↵\n'


def test_a_notification_shows_what_was_encrypted_and_how_it_was_sent() -> None:
    said = parts({**NATIVE[5], "texts": ("{…}", "")})
    assert '"trade_state": "SUCCESS"' in said["What it says, decrypted"]["content"]
    assert "ciphertext" in said["As it was sent, encrypted"]["content"]
    assert said["The string that the platform signed"]["content"].endswith("PLATFORM↵\n{…}↵\n")
    assert said["Signature"]["content"].startswith("Valid")
    assert rows(said["The platform signed it"])["Wechatpay-Nonce"] == "PLATFORM"


@pytest.mark.parametrize(
    ("signature", "verdict", "says"),
    [
        ("c2ln", "invalid", "Refused."),
        ("c2ln", None, "only that program knows"),
        ("WECHATPAY/SIGNTEST/x", "invalid", "Wrong on purpose"),
    ],
)
def test_a_notifications_verdict(signature, verdict, says) -> None:
    headers = platform_signature(signature)
    notice = told(1, "REFUND.SUCCESS", None, headers=headers, signature=verdict)
    said = parts(notice)
    assert says in said["Signature"]["content"]
    assert "What it says, decrypted" not in said


def test_a_refused_signature_is_explained_before_all_else() -> None:
    first, wanted, signed, *others = opened(diagnosed())["parts"]
    assert first["title"] == "Why the signature failed"
    assert first["content"] == "Another path was signed.\n\nSign what is sent."
    assert first["link"]["href"] == INSPECT
    assert wanted["marked"] == ["POST↵\n/v3/", "a", "↵\n"]
    assert signed["marked"] == ["POST↵\n/v3/", "b", "␍↵\n"]
    assert wanted["note"] == "The first difference is byte 9, counted from 0."
    titles = [part["title"] for part in others]
    assert "The string that was signed" not in titles
    assert {"Request", "Who signed it", "Answer"} <= set(titles)


def test_where_nobody_knows_what_was_signed_the_right_string_is_shown() -> None:
    said = parts(diagnosed(implied=None, first_difference=None))
    wanted = said["The string that should have been signed"]
    assert wanted["content"] == "POST↵\n/v3/a↵\n"
    assert "The string that was signed instead" not in said


@pytest.mark.parametrize("header", [{}, {"vendor-sim-inspect": INSPECT}])
def test_a_failure_that_is_forgotten_is_still_a_failure(header) -> None:
    entry = {**WRONG, "answer": {"headers": header, "body": None}, "diagnosis": None}
    first = opened(entry)["parts"][0]
    assert "forgotten by now" in first["content"]
    assert ("link" in first) is bool(header)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"status": 403}, "Refused for another reason"),
        ({"status": None}, "Nobody answered"),
        ({"status": 401}, "SIGN_ERROR"),
    ],
)
def test_a_signature_that_was_not_believed(changes, says) -> None:
    said = parts(asked(1, f"GET {PAY}/id/4", **changes))
    assert says in said["Signature"]["content"]


@pytest.mark.parametrize("header", ["", "•••", "Bearer x", "WECHATPAY2-SHA256-RSA2048 junk"])
def test_a_request_that_nobody_signed_has_no_signer(header) -> None:
    entry = asked(1, "GET /v3/odd", "merchant", status=404, headers={"authorization": header})
    assert set(parts(entry)) == {"Request", "Answer"}


def test_a_timestamp_that_is_none_is_shown_as_it_is() -> None:
    header = authorization()["authorization"].replace(STAMP, "9" * 10)
    late = asked(1, f"GET {PAY}/id/4", headers={"authorization": header})
    assert rows(parts(late)["Who signed it"])["timestamp"].startswith("9999999999  (2286")
    headers = {**platform_signature(), "wechatpay-timestamp": "soon"}
    notice = told(1, "REFUND.SUCCESS", None, headers=headers)
    assert rows(parts(notice)["The platform signed it"])["Wechatpay-Timestamp"] == "soon"


def test_a_packed_file_is_not_spilled_over_the_page() -> None:
    answer = "\x1f\N{REPLACEMENT CHARACTER}\x08"
    entry = asked(1, "GET /v3/billdownload/file?token=x", answer=answer)
    assert "packed file" in parts(entry)["Answer"]["content"]


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("ab", "ab", ["ab", "", ""]),
        ("ab", "abc", ["ab", "", ""]),
        ("abc", "ab", ["ab", "c", ""]),
        ("a b", "axb", ["a", "␣", "b"]),
        ("a\nb", "a\rb", ["a", "↵\n", "b"]),
    ],
)
def test_the_first_difference_stands_apart(text, other, expected) -> None:
    assert marked(text, other) == expected


def test_a_payment_code_by_light_says_why_it_is_short_lived() -> None:
    shown = opened_light(CHARGED[5])
    assert shown["parts"][0]["content"] == "119836373494054273"
    assert "one minute" in shown["parts"][1]["content"]
