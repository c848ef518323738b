"""Messages are signed as the Standard Webhooks specification says, and judged by our clock."""

from __future__ import annotations

import datetime as dt

import pytest
from standardwebhooks.webhooks import Webhook

from vendor_sim.kernel.problems import Code
from vendor_sim.wire import signing

NOW_MS = 1_790_000_000_000
NEW, OLD = signing.secret_text(b"n" * 32), signing.secret_text(b"o" * 32)
BODY = '{"type":"payment.authorised","data":{"description":"可乐"}}'.encode()


def judged(secrets=(NEW,), now_ms=NOW_MS, body=BODY, **changes):
    headers = signing.sign([NEW], "nt_1", NOW_MS, BODY) | changes
    problem = signing.verify(list(secrets), headers, body, now_ms)
    return problem and problem.code


def test_a_genuine_message_passes():
    assert judged() is None


def test_the_specifications_own_vector_is_reproduced():
    """Source: the example in the specification's reference library tests."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signing.sign(
        [secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, b'{"test": 2432232314}'
    )
    assert headers[signing.SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_reference_library_accepts_what_we_sign():
    now_ms = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    headers = signing.sign([OLD, NEW], "nt_1", now_ms, BODY)
    assert Webhook(NEW).verify(BODY, headers)["type"] == "payment.authorised"


def test_we_accept_what_the_reference_library_signs():
    at = dt.datetime.fromtimestamp(NOW_MS / 1000, dt.UTC)
    headers = {
        signing.ID: "nt_1",
        signing.TIMESTAMP: str(NOW_MS // 1000),
        signing.SIGNATURE: Webhook(NEW).sign("nt_1", at, BODY.decode()),
    }
    assert signing.verify([NEW], headers, BODY, NOW_MS) is None


def test_during_a_rotation_either_secret_is_enough():
    headers = signing.sign([OLD, NEW], "nt_1", NOW_MS, BODY)
    assert signing.verify([NEW], headers, BODY, NOW_MS) is None
    assert signing.verify([OLD], headers, BODY, NOW_MS) is None
    assert signing.verify(["whsec_AAAA", OLD], headers, BODY, NOW_MS) is None


@pytest.mark.parametrize("off_ms", [-300_000, -1, 0, 300_000])
def test_within_five_minutes_either_way_is_fresh(off_ms):
    assert judged(now_ms=NOW_MS + off_ms) is None


@pytest.mark.parametrize("off_ms", [-300_001, 300_001, 86_400_000])
def test_old_and_future_messages_are_refused(off_ms):
    assert judged(now_ms=NOW_MS + off_ms) is Code.STALE_TIMESTAMP


@pytest.mark.parametrize("stamp", ["soon", "²", "-1", "1_790", "1.5", "9" * 13])
def test_a_timestamp_must_be_plain_seconds(stamp):
    assert judged(**{signing.TIMESTAMP: stamp}) is Code.STALE_TIMESTAMP


@pytest.mark.parametrize("name", [signing.ID, signing.TIMESTAMP, signing.SIGNATURE])
def test_an_unsigned_message_is_refused(name):
    assert judged(**{name: ""}) is Code.BAD_SIGNATURE


@pytest.mark.parametrize("signature", ["v1,AAAA", "v2,x", "é", "v1", "  ", "v1,é v1,ü"])
def test_a_wrong_signature_is_refused_whatever_it_is_made_of(signature):
    assert judged(**{signing.SIGNATURE: signature}) is Code.BAD_SIGNATURE


def test_junk_in_the_base64_is_not_the_same_signature():
    good = signing.sign([NEW], "nt_1", NOW_MS, BODY)[signing.SIGNATURE]
    assert judged(**{signing.SIGNATURE: good[:10] + "\n" + good[10:]}) is Code.BAD_SIGNATURE


def test_every_byte_counts():
    assert judged(body=BODY + b"\n") is Code.BAD_SIGNATURE
    assert judged(secrets=[OLD]) is Code.BAD_SIGNATURE
    assert judged(**{signing.ID: "nt_2"}) is Code.BAD_SIGNATURE


def test_a_secret_that_is_no_secret_is_told_at_once():
    with pytest.raises(ValueError, match="whsec_"):
        signing.sign(["whsec_***"], "nt_1", NOW_MS, BODY)
