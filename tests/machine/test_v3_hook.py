"""A v3 notification counts if the platform signed it now, sealed it for us, and it is ours."""

from __future__ import annotations

import json

import pytest

from tests.machine.v3_keys import MCHID, new_certificate, old_certificate
from tests.machine.v3_rig import PATH, V3Rig
from vendor_sim.kernel.limits import MOTOR_MS
from vendor_sim.machine import store
from vendor_sim.machine.service.keys import RENEW_KEYS, RENEW_TRIES
from vendor_sim.storage import outbox
from vendor_sim.world.faults import Fault

VERDICT = "Vendor-Sim-Signature"
URL = f"http://machine{PATH}"


@pytest.fixture
def paid(v3):
    """An order somebody paid, and the notice of it that is still on its way."""
    order_id = v3.buy()
    v3.platform.pay(order_id)
    return v3, order_id, v3.platform.notices.pop()


@pytest.fixture
def cert():
    made = V3Rig("cert")
    yield made
    made.close()


def test_a_genuine_notice_is_stored_and_answered_204(paid):
    rig, order_id, notice = paid
    answer = rig.post(notice)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers[VERDICT] == "valid"
    assert rig.state(order_id) == "paid"
    assert rig.post(notice).status_code == 204
    assert len(rig.rows(store.SEEN_NOTICE)) == 1


def test_a_forged_notice_changes_nothing(paid):
    rig, order_id, (url, body) = paid
    headers = rig.platform.signed(body)
    answer = rig.post((url, body.replace(b"TRANSACTION", b"TRANSACTI0N")), headers)
    assert answer.status_code == 401
    assert answer.json == {"code": "FAIL", "message": "the signature does not fit these bytes"}
    assert answer.headers[VERDICT] == "invalid"
    assert rig.state(order_id) == "awaiting_payment"


def test_a_body_written_anew_is_not_the_body_that_was_signed(paid):
    rig, _, (url, body) = paid
    spaced = json.dumps(json.loads(body), ensure_ascii=False).encode()
    assert rig.post((url, spaced), rig.platform.signed(body)).status_code == 401
    assert rig.post((url, spaced), rig.platform.signed(spaced)).status_code == 204


@pytest.mark.parametrize(("off_s", "status"), [(-301, 401), (301, 401), (-299, 204), (299, 204)])
def test_a_notice_of_another_time_is_refused(paid, off_s, status):
    rig, _, (url, body) = paid
    assert rig.post((url, body), rig.platform.signed(body, off_s)).status_code == status


def test_a_probe_is_failed_and_the_real_one_after_it_is_taken(paid):
    rig, order_id, notice = paid
    headers = rig.platform.signed(notice[1])
    right = headers["Wechatpay-Signature"]
    probe = headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + right[8:]}
    answer = rig.post(notice, probe)
    assert (answer.status_code, answer.json["code"]) == (401, "FAIL")
    assert rig.state(order_id) == "awaiting_payment"
    assert rig.post(notice).status_code == 204
    assert rig.state(order_id) == "paid"


def test_an_unsigned_notice_is_refused(paid):
    rig, _, notice = paid
    answer = rig.post(notice, {})
    assert (answer.status_code, answer.headers[VERDICT]) == (401, "invalid")


def view_of(rig, order_id, **changes):
    return rig.platform._view(rig.platform.orders[order_id]) | changes


WRONG = [
    ({"amount": {"total": 349, "currency": "CNY"}}, 409),
    ({"amount": {"total": 350, "currency": "JPY"}}, 409),
    ({"mchid": "1900000001"}, 409),
    ({"appid": "wxother"}, 409),
    ({"out_trade_no": "ord_other"}, 404),
    ({"trade_state": "LOST"}, 422),
    ({"amount": None}, 422),
    ({"amount": {"total": "350"}}, 422),
]


@pytest.mark.parametrize(("changes", "status"), WRONG)
def test_a_genuine_notice_about_something_else_changes_nothing(paid, changes, status):
    rig, order_id, right = paid
    body = view_of(rig, order_id, **changes)
    answer = rig.post((URL, rig.platform.notice("TRANSACTION.SUCCESS", body, "n-1")))
    assert (answer.status_code, answer.json["code"]) == (status, "FAIL")
    assert answer.headers[VERDICT] == "valid"
    assert rig.state(order_id) == "awaiting_payment"
    assert rig.rows(store.SEEN_NOTICE) == []
    assert rig.post(right).status_code == 204


def test_a_notice_sealed_for_somebody_else_is_refused(paid):
    rig, order_id, _ = paid
    body, other = view_of(rig, order_id), "another-key-of-thirty-two-chars!"
    notice = rig.platform.notice("TRANSACTION.SUCCESS", body, "n-1", apiv3_key=other)
    answer = rig.post((URL, notice))
    assert (answer.status_code, answer.json["message"]) == (401, "not sealed with our APIv3 key")
    lacking = notice.replace(b'"nonce"', b'"once"')
    assert rig.post((URL, lacking)).status_code == 401
    assert rig.state(order_id) == "awaiting_payment"


def test_a_sealed_text_that_is_no_document_is_refused(paid):
    rig, _, _ = paid
    notice = rig.platform.notice("TRANSACTION.SUCCESS", "[]", "n-1")
    assert rig.post((URL, notice)).status_code == 400


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"{}", b'{"id":"n","id":"n"}'])
def test_genuine_nonsense_gets_a_clear_answer(v3, raw):
    answer = v3.post((URL, raw))
    assert answer.status_code in {400, 422}
    assert answer.json["code"] == "FAIL"


def test_types_that_say_nothing_to_a_machine_are_taken_in(v3):
    assert v3.post((URL, v3.platform.notice("PAYSCORE.USER_OPEN", {}, "n-1"))).status_code == 204


@pytest.mark.parametrize(("changes", "status"), [({}, 204), ({"mchid": "1900000001"}, 409)])
def test_a_refund_s_notice_must_be_ours(paid, changes, status):
    rig, order_id, notice = paid
    rig.post(notice)
    body = {
        "mchid": MCHID,
        "out_trade_no": order_id,
        "out_refund_no": "by-hand",
        "refund_status": "SUCCESS",
        "amount": {"total": 350, "refund": 100, "payer_total": 350, "payer_refund": 100},
    }
    news = rig.platform.notice("REFUND.SUCCESS", body | changes, "n-1")
    assert rig.post((URL, news)).status_code == status
    assert rig.facts(order_id).refunded_minor == (100 if status == 204 else 0)


def test_only_machines_that_speak_it_take_it(rig, v3):
    body = v3.platform.notice("TRANSACTION.SUCCESS", {}, "n-1")
    for machine, told in (("lobby", rig), ("nowhere", v3)):
        url = f"/machine/hooks/wechat/{machine}"
        answer = told.app.test_client().post(url, data=body, headers=v3.platform.signed(body))
        assert (answer.status_code, answer.json["code"]) == (404, "FAIL")


def test_a_notice_of_thirty_megabytes_is_not_read(v3):
    answer = v3.app.test_client().post(PATH, data=b"x" * 30_000_000)
    assert answer.status_code == 413


# -- the platform's certificate rolls over ------------------------------------------------------


def test_a_notice_by_a_new_certificate_is_refused_until_the_tick_has_fetched_it(cert):
    order_id = cert.buy()
    cert.platform.pay(order_id)
    notice = cert.platform.notices.pop()
    cert.platform.signer = "new"
    answer = cert.post(notice)
    assert (answer.status_code, answer.headers[VERDICT]) == (401, "invalid")
    assert "no key is known" in answer.json["message"]
    cert.tick()
    assert cert.count("certificates") == 1
    assert set(cert.service.platform_keys("platform-9")) == {
        *(new_certificate()[0], old_certificate()[0]),
    }
    assert cert.post(notice).status_code == 204
    cert.run(MOTOR_MS)
    assert cert.ended(order_id) == ("released", "taken")
    assert cert.count("certificates") == 1


def test_an_answer_by_a_new_certificate_is_believed_once_it_is_fetched(cert):
    cert.platform.signer = "new"
    order_id = cert.buy()
    assert cert.state(order_id) == "awaiting_payment"
    assert cert.count("certificates") == 1
    cert.platform.pay(order_id)
    cert.run(MOTOR_MS)
    assert cert.ended(order_id) == ("released", "taken")
    assert cert.count("certificates") == 1


def test_both_certificates_are_believed_while_one_rolls_over(cert):
    order_id = cert.buy()
    cert.platform.signer = "new"
    cert.platform.pay(order_id)
    [notice] = cert.platform.notices
    cert.run(10_000)
    assert cert.post(notice, cert.platform.signed(notice[1], signer="old")).status_code == 204


def test_many_notices_by_unknown_keys_make_the_machine_ask_once_a_minute(cert):
    body = cert.platform.notice("TRANSACTION.SUCCESS", {}, "n-1")
    forged = cert.platform.signed(body) | {"Wechatpay-Serial": "F" * 40}
    for _ in range(3):
        assert cert.post((URL, body), forged).status_code == 401
        cert.run(10_000)
    assert cert.count("certificates") == 1
    cert.run(60_000)
    cert.post((URL, body), forged)
    cert.run()
    assert cert.count("certificates") == 2


def test_a_serial_that_is_none_makes_nobody_ask(cert):
    body = cert.platform.notice("TRANSACTION.SUCCESS", {}, "n-1")
    for serial in ("PUB_KEY_ID_7", "f" * 40, ""):
        cert.post((URL, body), cert.platform.signed(body) | {"Wechatpay-Serial": serial})
    cert.run()
    assert cert.count("certificates") == 0


@pytest.mark.parametrize("what", ["lost", "refused"])
def test_a_fetch_that_keeps_failing_is_given_up_and_the_world_comes_to_rest(cert, what):
    if what == "lost":
        cert.lose["certificates"] = Fault.REQUEST_LOST
    else:
        cert.platform.refuse_next["certificates"] = [(404, "RESOURCE_NOT_EXISTS")] * 99
    cert.service.want_platform_keys("platform-9")
    assert cert.outbound.next_due_ms(resting=True) is None
    cert.run(10 * 60_000)
    assert cert.outbound.next_due_ms() is None
    assert cert.count("certificates") == (0 if what == "lost" else RENEW_TRIES)
    key = f"{RENEW_KEYS}:platform-9"
    assert cert.door.read(lambda cx: outbox.waiting(cx, key)) == []


def entries(rig, **changes):
    document = rig.platform._certificates("", {})
    document["data"][1] |= changes
    return document


BAD_LISTS = [
    {"serial_no": "A" * 40},
    {"encrypt_certificate": {"nonce": "61f9c719728a", "associated_data": "", "ciphertext": "eA=="}},
    {"encrypt_certificate": {}},
    {"encrypt_certificate": None},
]


@pytest.mark.parametrize("changes", BAD_LISTS)
def test_certificates_that_nobody_vouches_for_are_not_kept(cert, changes):
    document = entries(cert, **changes)
    cert.platform._certificates = lambda _number, _body: document
    cert.platform.signer = "new"
    cert.service.press("platform-9", "B4")
    cert.tick()
    assert cert.service.platform_keys("platform-9") == {}
    assert cert.duty() == "ask_payment"


def test_a_list_of_certificates_with_a_wrong_signature_is_not_kept(cert):
    cert.platform.spoil_next["certificates"] = "signtest"
    cert.platform.signer = "new"
    order_id = cert.service.press("platform-9", "B4")
    cert.tick()
    assert cert.service.platform_keys("platform-9") == {}
    cert.run(5_000)
    assert cert.state(order_id) == "awaiting_payment"
    assert cert.count("certificates") == 2
