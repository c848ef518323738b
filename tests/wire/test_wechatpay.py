"""Bytes and cryptography of WeChat Pay API v3, against vectors made without our code."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.wechat.minting import FixedRsa, mint_platform, private_pem, public_pem
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable

NOW_MS = 1_800_000_000_000
RSA = FixedRsa()
KEY = wechatpay.load_private_key(RSA.private_key("one"))
OTHER = wechatpay.load_private_key(RSA.private_key("two"))
CERTIFICATE = mint_platform(RSA, SeededIds(1), NOW_MS).certificates[0]
GOOD = (
    'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="n",signature="c2ln",'
    'timestamp="1800000000",serial_no="AB"'
)
SHUFFLED = (
    'WECHATPAY2-SHA256-RSA2048 serial_no="AB", timestamp="1800000000",   nonce_str="n",'
    'mchid="1900000001",signature="c2ln"'
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", b"GET\n/v3/certificates\n1554208460\nNONCE\n\n"),
        (b"{}", b"GET\n/v3/certificates\n1554208460\nNONCE\n{}\n"),
        (b"{}\n", b"GET\n/v3/certificates\n1554208460\nNONCE\n{}\n\n"),
        ("可乐".encode(), "GET\n/v3/certificates\n1554208460\nNONCE\n可乐\n".encode()),
        (b"\xff\x00", b"GET\n/v3/certificates\n1554208460\nNONCE\n\xff\x00\n"),
    ],
)
def test_a_request_is_signed_as_five_lines_over_raw_bytes(body: bytes, message: bytes) -> None:
    made = wechatpay.request_message("GET", "/v3/certificates", "1554208460", "NONCE", body)
    assert made == message


def test_an_answer_is_signed_as_three_lines_also_without_a_body() -> None:
    assert wechatpay.answer_message("1", "n", b'{"a":1}') == b'1\nn\n{"a":1}\n'
    assert wechatpay.answer_message("1", "n", b"") == b"1\nn\n\n"


def test_a_signature_is_pkcs1_v1_5_with_sha256_in_one_line_of_base64() -> None:
    signature = wechatpay.sign(KEY, b"message")
    assert len(signature) == 344
    raw = base64.b64decode(signature)
    KEY.public_key().verify(raw, b"message", padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(raw, b"massage", padding.PKCS1v15(), hashes.SHA256())


def respelled(signature: str) -> str:
    """Another spelling of the same bytes: the spare bits of the last character set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert signature.endswith("==")
    last = alphabet.index(signature[-3]) + 1
    changed = signature[:-3] + alphabet[last] + "=="
    assert base64.b64decode(changed) == base64.b64decode(signature)
    return changed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda signature: signature + "\n",
        lambda signature: signature.rstrip("="),
        lambda signature: signature[:-4] + "!!!!",
        lambda signature: "WECHATPAY/SIGNTEST/" + signature[8:],
        lambda signature: base64.b64encode(base64.b64decode(signature)[:-1]).decode(),
        lambda signature: "签" + signature[1:],
        respelled,
    ],
)
def test_a_spoilt_signature_is_refused_and_never_raises(spoil: Callable[[str], str]) -> None:
    signature = wechatpay.sign(KEY, b"message")
    assert wechatpay.verify(KEY.public_key(), b"message", signature)
    assert not wechatpay.verify(KEY.public_key(), b"message", spoil(signature))
    assert wechatpay.signed_digest(KEY.public_key(), spoil(signature)) is None


def test_a_signature_gives_up_the_digest_to_its_own_key_only() -> None:
    signature = wechatpay.sign(KEY, b"message")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"message")
    assert wechatpay.signed_digest(KEY.public_key(), signature) == digest.finalize()
    assert wechatpay.signed_digest(OTHER.public_key(), signature) is None


@pytest.mark.parametrize(
    "header",
    [
        GOOD,
        SHUFFLED,
        GOOD + ',extra="ignored"',
    ],
)
def test_an_authorization_is_read_in_any_order(header: str) -> None:
    found = wechatpay.parse_authorization(header)
    assert found == wechatpay.Authorization("1900000001", "n", "1800000000", "AB", "c2ln")


def test_a_signature_may_hold_equals_plus_and_slash() -> None:
    header = GOOD.replace("c2ln", "a+b/c==")
    assert wechatpay.parse_authorization(header).signature == "a+b/c=="


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("", wechatpay.MalformedHeaderError),
        ("WECHATPAY2-SHA256-RSA2048", wechatpay.MalformedHeaderError),
        ("Bearer abc", wechatpay.WrongSchemeError),
        (GOOD.replace("SHA256-RSA2048", "SM2-WITH-SM3"), wechatpay.WrongSchemeError),
        (GOOD.replace("RSA2048 ", "RSA2048  "), wechatpay.MalformedHeaderError),
        (GOOD.replace('nonce_str="n",', ""), wechatpay.MalformedHeaderError),
        (GOOD.replace('nonce_str="n"', 'nonce_str="n",nonce_str="m"'), None),
        (GOOD.replace('"n"', "n"), wechatpay.MalformedHeaderError),
        (GOOD + ",", wechatpay.MalformedHeaderError),
        (GOOD.replace("1800000000", "soon"), wechatpay.MalformedHeaderError),
        (GOOD.replace("1800000000", "-1800000000"), wechatpay.MalformedHeaderError),
        (GOOD.replace("1800000000", "1800000000000"), wechatpay.MalformedHeaderError),
        (GOOD.replace("1800000000", "١٨٠٠٠٠٠٠٠٠"), wechatpay.MalformedHeaderError),
    ],
)
def test_other_headers_are_malformed_or_of_another_scheme(
    header: str, error: type[ValueError] | None
) -> None:
    with pytest.raises(error or wechatpay.MalformedHeaderError):
        wechatpay.parse_authorization(header)


@given(st.text(max_size=80))
def test_no_header_raises_anything_else(text: str) -> None:
    for header in (text, f"{wechatpay.SCHEME} {text}"):
        try:
            found = wechatpay.parse_authorization(header)
        except (wechatpay.WrongSchemeError, wechatpay.MalformedHeaderError):
            continue
        assert found.timestamp.isdigit()


def test_an_authorization_that_is_made_can_be_read_and_verified() -> None:
    header = wechatpay.authorization(
        KEY, "1900000001", "ab", "POST", "/v3/a?b=c", b"{}", NOW_MS + 999, "nonce"
    )
    found = wechatpay.parse_authorization(header)
    assert (found.mchid, found.nonce_str, found.serial_no) == ("1900000001", "nonce", "ab")
    assert found.timestamp == "1800000000"
    message = b"POST\n/v3/a?b=c\n1800000000\nnonce\n{}\n"
    assert wechatpay.verify(KEY.public_key(), message, found.signature)


def headers(body: bytes = b"{}", at_ms: int = NOW_MS) -> dict[str, str]:
    return wechatpay.signed_headers(KEY, "SERIAL", body, at_ms, "nonce")


def why_not(given: dict[str, str], body: bytes = b"{}", at_ms: int = NOW_MS) -> str | None:
    return wechatpay.why_not(given, body, {"SERIAL": KEY.public_key()}, at_ms)


def test_five_headers_sign_an_answer_whatever_their_case() -> None:
    made = headers()
    assert set(made) == {
        "Wechatpay-Timestamp",
        "Wechatpay-Nonce",
        "Wechatpay-Signature",
        "Wechatpay-Serial",
        "Wechatpay-Signature-Type",
    }
    assert why_not(made) is None
    assert why_not({name.lower(): value for name, value in made.items()}) is None
    assert why_not(headers(b""), b"") is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Wechatpay-Timestamp": ""}, "no Wechatpay-Timestamp"),
        ({"Wechatpay-Nonce": ""}, "no Wechatpay-Nonce"),
        ({"Wechatpay-Signature": ""}, "no Wechatpay-Signature"),
        ({"Wechatpay-Serial": ""}, "no Wechatpay-Serial"),
        ({"Wechatpay-Serial": "serial"}, "no key is known"),
        ({"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, "not signed by"),
        ({"Wechatpay-Timestamp": "now"}, "Unix seconds"),
        ({"Wechatpay-Nonce": "other"}, "does not fit"),
        ({"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}, "does not fit"),
    ],
)
def test_an_answer_is_refused_with_a_reason(changes: dict[str, str], why: str) -> None:
    assert why in str(why_not({**headers(), **changes}))


def test_a_changed_body_is_refused() -> None:
    assert "does not fit" in str(why_not(headers(), b"{ }"))


@pytest.mark.parametrize(("off_ms", "fresh"), [(300_000, True), (301_000, False)])
@pytest.mark.parametrize("way", [1, -1])
def test_messages_are_fresh_for_five_minutes_both_ways(off_ms: int, fresh: bool, way: int) -> None:
    made = headers(at_ms=NOW_MS + way * off_ms)
    assert (why_not(made) is None) is fresh
    assert wechatpay.is_fresh(made["Wechatpay-Timestamp"], NOW_MS) is fresh


def test_a_certificate_has_a_key_and_a_serial_number_of_forty_digits() -> None:
    serial = wechatpay.serial_of_certificate(CERTIFICATE.certificate)
    assert len(serial) == 40
    assert serial == serial.upper()
    key = wechatpay.load_private_key(CERTIFICATE.private_key)
    found = wechatpay.public_key_of_certificate(CERTIFICATE.certificate)
    assert found.public_numbers() == key.public_key().public_numbers()
    assert wechatpay.load_public_key(public_pem(found)).public_numbers() == found.public_numbers()


def test_what_is_no_rsa_key_is_refused() -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    pem, encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    private = curve.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for read, text in (
        (wechatpay.load_private_key, private.decode()),
        (wechatpay.load_public_key, curve.public_key().public_bytes(pem, encoding).decode()),
        (wechatpay.load_private_key, "nothing"),
        (wechatpay.load_public_key, "nothing"),
        (wechatpay.public_key_of_certificate, "nothing"),
        (wechatpay.serial_of_certificate, "nothing"),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
            read(text)


def test_the_arithmetic_of_a_strangers_key_is_checked_and_of_one_made_here_it_is_not() -> None:
    honest = KEY.private_numbers()
    numbers = rsa.RSAPrivateNumbers(
        honest.p, honest.q, honest.d, honest.dmp1 ^ 2, honest.dmq1, honest.iqmp,
        honest.public_numbers,
    )  # fmt: skip
    crooked = private_pem(numbers.private_key(unsafe_skip_rsa_key_validation=True))
    with pytest.raises(ValueError, match="key"):
        wechatpay.load_private_key(crooked)
    assert wechatpay.load_private_key(crooked, minted=True).key_size == KEY.key_size
    pem = RSA.private_key("one")
    minted = wechatpay.load_private_key(pem, minted=True)
    assert wechatpay.sign(minted, b"x") == wechatpay.sign(KEY, b"x")


def test_times_are_written_in_beijing_and_read_with_any_offset() -> None:
    assert wechatpay.beijing(1_528_425_296_999) == "2018-06-08T10:34:56+08:00"
    for text in ("2018-06-08T10:34:56+08:00", "2018-06-08T02:34:56Z", "2018-06-07T22:34:56-04:00"):
        assert wechatpay.parse_time(text) == 1_528_425_296_000
    for wrong in ("2018-06-08 10:34:56", "2018-06-08T10:34:56", "2018-13-08T10:34:56Z", ""):
        with pytest.raises(ValueError):  # noqa: PT011
            wechatpay.parse_time(wrong)
