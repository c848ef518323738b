"""The stage tells one purchase: what was said, what it means, where the money stands."""

from __future__ import annotations

import pytest
from flask import Response

from tests.lab.fakes import AT_MS, HOLD, INTENT, ORDER, PURCHASE, FakeControls, FakeWorld, entry
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.lab.app import create_stage
from vendor_sim.lab.threads import Threads


@pytest.fixture
def world():
    return FakeWorld()


@pytest.fixture
def client(world):
    app = create_stage(world, FakeControls(), VirtualClock(AT_MS), "s3cret", lambda: None)
    return app.test_client()


def state(client):
    return client.get("/stage/state.json?machine=lobby&wallet=pete").get_json()


def test_the_page_shows_both_machines_the_phone_and_the_pin(client):
    page = client.get("/", headers={"Accept": "text/html"}).text
    for part in ("Lobby machine", "Platform 9", "/stage/phone/pete", "PIN 123456"):
        assert part in page


def test_every_message_of_a_purchase_is_known_as_its_own(client):
    arrows = state(client)["arrows"]
    assert [arrow["purchase"] for arrow in arrows] == [None] + [ORDER] * (len(arrows) - 1)


def test_messages_of_another_purchase_are_not_mixed_in():
    other = "ord_" + "2" * 16
    threads = Threads()
    assert [threads.purchase(each) for each in PURCHASE][-1] == ORDER
    stranger = entry(9, "machine", "ledger", "POST /v1/intents", request={"order_ref": other})
    assert threads.purchase(stranger) == other


def test_a_typed_code_belongs_to_the_purchase_too():
    threads = Threads()
    for each in PURCHASE:
        threads.purchase(each)
    token = PURCHASE[2]["request"]["body"]["code"].rsplit("/", 1)[1]
    typed = entry(9, "wallet", "ledger", "POST /v1/declines", request={"code": token})
    assert threads.purchase(typed) == ORDER


def test_arrows_say_what_a_message_means(client):
    labels = [arrow["label"] for arrow in state(client)["arrows"]]
    assert labels == [
        "are you there?",
        "please collect ¥3.50",
        f"QR code, by light · …{PURCHASE[2]['request']['body']['code'][-4:]}",
        "whose code is this?",
        "authorise ¥3.50",
        "payment.authorised",
        "capture ¥3.50",
        "the drink fell",
        "authorisation.updated",
    ]


def test_arrows_say_how_it_went(client):
    arrows = {arrow["n"]: arrow for arrow in state(client)["arrows"]}
    assert (arrows[4]["tone"], arrows[4]["good"]) == ("held", True)
    assert arrows[5]["note"] == "signed ✓"
    assert arrows[6]["tone"] == "done"
    assert (arrows[8]["note"], arrows[8]["good"]) == ("no answer", None)
    assert arrows["3-light"]["tone"] == "light"


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"status": 401, "signature": "invalid"}, "signature refused"),
        (
            {"status": 402, "answer": {"error": {"code": "insufficient_funds"}}},
            "insufficient_funds",
        ),
        ({"status": 502, "answer": "<p>no"}, ""),
    ],
)
def test_a_refusal_is_noted(client, world, change, note):
    world.entries = [entry(1, "wallet", "ledger", "POST /v1/authorisations", **change)]
    (arrow,) = state(client)["arrows"]
    assert (arrow["note"], arrow["good"], arrow["tone"]) == (note, False, "")


def test_an_unknown_message_is_shown_as_it_is(client, world):
    world.entries = [entry(1, "machine", "ledger", "GET /v2/odd")]
    assert state(client)["arrows"][0]["label"] == "GET /v2/odd"


@pytest.mark.parametrize(
    ("line", "request_body", "label"),
    [
        (f"GET /v1/intents/{INTENT}", None, "how does it stand?"),
        (f"POST /v1/intents/{INTENT}/close", {}, "stop collecting"),
        (f"POST /v1/intents/{INTENT}/void", {}, "let go of "),
        (f"POST /v1/intents/{INTENT}/refunds", {"amount_minor": 1}, "refund "),
        (f"GET /v1/intents/{INTENT}/refunds", None, "what went back so far?"),
        (f"POST /v1/intents/{INTENT}/fulfilment", {"drop": "jammed"}, "it jammed, nothing fell"),
        (f"POST /v1/intents/{INTENT}/fulfilment", {}, "what became of the goods"),
        ("GET /v1/authorisations/au_1", None, "what became of my yes?"),
        ("POST /v1/declines", {}, "no, thank you"),
        ("POST /v1/accounts", {}, "open an account"),
        ("POST /v1/accounts/acc_1/top-ups", {}, "top up"),
        ("GET /v1/accounts/acc_1", None, "how much is there?"),
        ("GET /v1/refunds/rf_1", None, "has the refund arrived?"),
        ("POST /wallet/hooks/payments", {}, "notification"),
    ],
)
def test_every_kind_of_message_has_words(client, world, line, request_body, label):
    world.entries = [entry(1, "machine", "ledger", line, request=request_body)]
    assert state(client)["arrows"][0]["label"] == label


def test_an_arrow_opens_on_everything_that_was_said(client):
    opened = client.get("/stage/messages/2.json").get_json()
    parts = {part["title"]: part["content"] for part in opened["parts"]}
    assert parts["Request"].startswith("POST /v1/intents\nidempotency-key: ord_")
    assert '"amount_minor": 350' in parts["Answer"]
    assert parts["Written in the same commit"] == "insert intent\ninsert task"


def test_an_opened_notice_tells_its_signatures_verdict(client):
    good = client.get("/stage/messages/5.json").get_json()
    assert any("Valid" in part["content"] for part in good["parts"])
    lost = client.get("/stage/messages/8.json").get_json()
    texts = [part["content"] for part in lost["parts"]]
    assert "None came (request_lost)." in texts
    assert any("Refused" in text for text in texts)


def test_the_message_by_light_opens_too(client):
    opened = client.get("/stage/messages/3-light.json").get_json()
    assert "/wallet/p/" in opened["parts"][0]["content"]


def test_a_body_that_is_no_json_is_shown_as_it_came(client, world):
    world.entries = [entry(1, "machine", "ledger", "GET /odd", answer="<p>no")]
    opened = client.get("/stage/messages/1.json").get_json()
    assert "<p>no" in opened["parts"][1]["content"]


@pytest.mark.parametrize("n", ["99", "x", "1-dark", "0" * 12])
def test_a_message_that_was_not_kept_is_not_found(client, n):
    assert client.get(f"/stage/messages/{n}.json").status_code == 404


POST_, VOID = HOLD | {"kind": "post", "id": "tr_2", "code": "sale"}, HOLD | {"kind": "void"}
REFUND = HOLD | {
    "id": "tr_3",
    "kind": "single",
    "code": "refund",
    "debit": "merchant:m_lobby:CNY",
    "credit": "transit:refunds:CNY",
}


@pytest.mark.parametrize(
    ("transfers", "payer", "merchant"),
    [
        ([HOLD], [("left", "hold", "held")], [("right", "hold", "held")]),
        (
            [HOLD, POST_ | {"pending_id": "tr_1"}],
            [("left", "sale", "posted")],
            [("right", "sale", "posted")],
        ),
        (
            [HOLD, VOID | {"id": "tr_2", "pending_id": "tr_1"}],
            [("left", "let go", "void")],
            [("right", "let go", "void")],
        ),
        ([VOID | {"pending_id": "tr_0"}], [], []),
        ([REFUND], [], [("left", "refund", "posted")]),
        ([], [], []),
    ],
)
def test_t_accounts_are_the_fold_of_the_transfers(client, world, transfers, payer, merchant):
    world.transfers = transfers
    accounts = state(client)["accounts"]
    sides = [
        [(line["side"], line["label"], line["tone"]) for line in account["lines"]]
        for account in accounts
    ]
    assert sides[:2] == [payer, merchant]
    assert len(accounts) == (3 if transfers == [REFUND] else 2)
    assert accounts[0]["balance"] == "¥97.00"
    assert accounts[1]["title"] == "Merchant · Lobby machine"


def test_a_wallet_whose_account_is_not_open_yet_has_none_to_show(client, world):
    world.payer = None
    assert len(state(client)["accounts"]) == 1


@pytest.mark.parametrize(
    ("money", "says"),
    [
        ("none", "No money"),
        ("held", "Held, not yet taken"),
        ("taken", "Taken"),
        ("returning", "On its way"),
        ("returned", "Back with the payer"),
    ],
)
def test_a_sentence_says_where_the_money_stands(client, world, money, says):
    world.order["money"] = money
    assert says in state(client)["sentence"]


def test_before_the_first_purchase_it_says_how_to_begin(client, world):
    world.order = None
    assert "Press a slot" in state(client)["sentence"]


def test_only_cast_members_can_be_chosen(client):
    response = client.get("/stage/state.json?machine=lobby&wallet=nobody")
    assert response.status_code == 404
    assert response.get_json()["error"]["where"] == "wallet"


def test_an_empty_world_says_so(client, world):
    world.machines = list
    assert client.get("/").status_code == 404


def test_the_phone_is_signed_in_by_a_ticket(client):
    assert client.get("/stage/phone/pete").location == "/wallet/enter/t-pete?stage=1"


def test_the_stage_is_live(client):
    assert client.get("/stage/events").headers["Vendor-Sim-Live"] == "stage"


def test_whoever_may_not_watch_sees_nothing(world):
    app = create_stage(world, FakeControls(), VirtualClock(AT_MS), "s", lambda: Response("no", 403))
    for path in ("/", "/stage/state.json", "/stage/messages/1.json", "/stage/phone/pete"):
        assert app.test_client().get(path).status_code == 403
