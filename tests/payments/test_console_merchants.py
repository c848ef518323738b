"""Merchants of WeChat Pay in the console: who they are, their files, and how they are treated."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from tests.payments.console_rig import HTML, open_desk, token_on
from tests.payments.wechat.mall import CERT, PUBKEY, SWITCHING
from vendor_sim.payments.wechat.behaviour import WORDS

MERCHANT = f"/ledger/merchants/{PUBKEY}"
FORMS = (
    ("/ledger/merchants", {"key_mode": "cert"}),
    (f"{MERCHANT}/behaviour", {"notify": "twice"}),
    (f"{MERCHANT}/files", {}),
)
PEMS = ("apiclient_key.pem", "apiclient_cert.pem", "pub_key.pem", "platform_cert.pem")


@pytest.fixture
def desk():
    with open_desk() as made:
        yield made


def in_force(desk, mchid=PUBKEY):
    return desk.mall.wechat.behaving.state(mchid)


@pytest.mark.parametrize("page", ["merchants", f"merchants/{PUBKEY}", "wechat/requests"])
def test_a_stranger_is_sent_to_the_password(desk, page):
    stranger = desk.mall.payments.app.test_client()
    assert stranger.get(f"/ledger/{page}", headers=HTML).location == "/ledger/login"


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_stranger_cannot_send_a_form(desk, path, fields):
    stranger = desk.mall.payments.app.test_client()
    token = token_on(stranger.get("/ledger/login").text)
    assert stranger.post(path, data={**fields, "csrf_token": token}).status_code == 401
    assert in_force(desk)["notify"] == "once"


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_without_its_token_does_nothing(desk, path, fields):
    count = len(desk.mall.wechat.merchants.all())
    assert desk.client.post(path, data=fields).status_code == 403
    assert len(desk.mall.wechat.merchants.all()) == count
    assert in_force(desk)["notify"] == "once"


def test_every_merchant_is_listed_and_leads_to_its_page(desk):
    desk.mall.behave(CERT, notify="twice", times=3)
    page = desk.shown("/ledger/merchants")
    for mchid in (PUBKEY, CERT, SWITCHING):
        assert f'href="/ledger/merchants/{mchid}"' in page
    for words in ("Shop pubkey", "public key", "certificate", "switching", "as usual"):
        assert words in page
    assert "notifications twice · 3 left" in page


def test_merchants_of_v3_stand_once(desk):
    assert desk.shown("/ledger/merchants").count("Shop cert") == 1


def test_a_merchants_page_says_what_it_holds(desk):
    merchant = desk.mall.wechat.merchants.find(PUBKEY)
    page = desk.shown(MERCHANT)
    for public in (merchant.appid, merchant.serial_no, merchant.public_key_id, "http://localhost"):
        assert public in page


@pytest.mark.parametrize("path", ["/ledger/merchants/1999999999", "/ledger/merchants/m_lobby"])
def test_an_unknown_merchant_is_not_found(desk, path):
    desk.shown(path, 404)
    for form in ("behaviour", "files"):
        assert desk.send(f"{path}/{form}", MERCHANT).status_code == 404


def test_the_download_holds_what_export_writes(desk):
    answer = desk.send(f"{MERCHANT}/files", MERCHANT)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="wechat-pay-{PUBKEY}.zip"'
    )
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    expected = desk.mall.wechat.merchants.credentials(PUBKEY, "http://localhost")
    assert sorted(archive.namelist()) == sorted([*PEMS, "merchant.json"])
    for name in PEMS:
        assert archive.read(name).decode() == expected["files"][name]
    assert json.loads(archive.read("merchant.json")) == expected["merchant"]
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o600}


def test_no_page_shows_what_only_the_download_may_hold(desk):
    desk.mall.sold()
    desk.mall.tick()
    failed = desk.failed_request(sign={"body": b"{ }"})
    pages = ["/ledger/merchants", "/ledger/wechat/requests", failed]
    pages += [f"/ledger/merchants/{mchid}" for mchid in (PUBKEY, CERT, SWITCHING)]
    for listed in ("/ledger/", "/ledger/notices"):
        pages += re.findall(r'href="(/ledger/(?:intents|notices)/[^"]+)"', desk.shown(listed))
    text = "".join(desk.shown(page) for page in pages)
    assert "PRIVATE KEY" not in text
    assert "apiv3_key" not in desk.mall.wechat.window.merchant(PUBKEY, "http://localhost")
    for merchant in desk.mall.wechat.merchants.all():
        assert merchant.apiv3_key not in text


def test_a_new_merchant_gets_the_next_number_and_can_call(desk):
    page = "/ledger/merchants"
    answer = desk.send(page, page, name="Kiosk", mchid="", key_mode="switching")
    made = desk.mall.wechat.merchants.find("1900000010")
    assert answer.location == "/ledger/merchants/1900000010"
    assert (made.name, made.key_mode) == ("Kiosk", "switching")
    assert "It can take money from now on." in desk.shown(answer.location)


def test_a_number_that_is_taken_is_told_beside_its_field(desk):
    page = "/ledger/merchants"
    answer = desk.send(page, page, name="Second", mchid=PUBKEY, key_mode="cert")
    assert answer.status_code == 409
    assert f"there is a merchant {PUBKEY} already" in answer.text
    assert 'value="Second"' in answer.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mchid": "19", "key_mode": "cert"}, "ten digits"),
        ({"name": "x" * 201, "key_mode": "cert"}, "a name has 1 to 200 characters"),
        ({"key_mode": "none"}, "key_mode is one of"),
    ],
)
def test_a_form_that_is_filled_wrongly_comes_back_with_what_is_wrong(desk, fields, told):
    answer = desk.send("/ledger/merchants", "/ledger/merchants", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert len(desk.mall.wechat.merchants.all()) == 3


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"notify": "lost"}, {"notify": "lost"}),
        ({"notify": "twice", "times": "2"}, {"notify": "twice", "notify_left": 2}),
        ({"answer": "accepted", "times": " 1 "}, {"answer": "accepted", "answer_left": 1}),
        ({"key": "rollover", "refund": "abnormal"}, {"key": "rollover", "refund": "abnormal"}),
        ({"notify": "once", "answer": "normal", "key": "", "refund": "normal"}, {}),
    ],
)
def test_one_form_sets_every_switch(desk, fields, wanted):
    desk.mall.behave(answer="SYSTEM_ERROR", refund="closed")
    answer = desk.send(f"{MERCHANT}/behaviour", MERCHANT, **fields)
    assert answer.location == MERCHANT
    normal = {"notify": "once", "answer": "normal", "key": None, "refund": "normal"}
    counts = {"notify_left": None, "answer_left": None}
    assert in_force(desk) == {**normal, **counts, **wanted}


@pytest.mark.parametrize(
    ("switch", "word"), [(switch, word) for switch, words in WORDS.items() for word in words]
)
def test_every_word_of_a_wish_can_be_chosen(desk, switch, word):
    desk.mall.behave(**{switch: word})
    assert f'name="{switch}" value="{word}" checked' in desk.shown(MERCHANT)


def test_one_button_sets_everything_back(desk):
    desk.mall.behave(notify="lost", times=4, key="cert")
    assert "4 left" in desk.shown(MERCHANT)
    answer = desk.send(f"{MERCHANT}/behaviour", MERCHANT, normal="1", notify="lost")
    assert "Back to normal." in desk.shown(answer.location)
    assert in_force(desk)["notify"] == "once"
    assert in_force(desk)["key"] is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"notify": "thrice"}, "notify is one of"),
        ({"notify": "twice", "times": "some"}, "times is a whole number"),
        ({"notify": "twice", "times": "0"}, "times is a whole number"),
        ({"key": "cert", "times": "2"}, "times counts notify, answer: name one"),
    ],
)
def test_a_wish_that_cannot_be_is_told_and_changes_nothing(desk, fields, told):
    answer = desk.send(f"{MERCHANT}/behaviour", MERCHANT, **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert in_force(desk)["notify"] == "once"


def test_what_was_chosen_stands_in_the_form_again(desk):
    answer = desk.send(f"{MERCHANT}/behaviour", MERCHANT, key="cert", times="2")
    assert 'name="key" value="cert" checked' in answer.text
    assert re.search(r'name="times"[^>]* value="2"', answer.text)
    desk.mall.behave(notify="late")
    assert 'name="notify" value="late" checked' in desk.shown(MERCHANT)


def test_a_merchants_page_shows_its_last_requests_only(desk):
    desk.mall.shop.native("order-000001")
    desk.mall.shops[CERT].native("order-000002")
    page = desk.shown(MERCHANT)
    assert page.count("POST /v3/pay/transactions/native") == 1
    assert 'href="/ledger/wechat/requests/1"' in page


def test_a_platform_that_speaks_only_v1_has_none_of_it(platform):
    from tests.payments.console_rig import sign_in  # noqa: PLC0415 - one test needs it

    client = platform.payments.app.test_client()
    sign_in(client)
    page = client.get("/ledger/merchants", headers=HTML).text
    assert "Lobby" in page
    assert "New merchant" not in page
    assert "/ledger/wechat" not in page
    assert client.get("/ledger/wechat/requests", headers=HTML).status_code == 404
