"""The operator's page: behind a password, for stock, prices, and drops that nobody saw."""

from __future__ import annotations

import re

import pytest

from tests.machine.acts import unsure
from tests.machine.conftest import Rig, seed
from vendor_sim.machine.app.operator import _waiting
from vendor_sim.machine.assembly import SlotSeed
from vendor_sim.machine.domain import Duty

HOME = "/machine/operator/"
PASSWORD = "operator"


class Desk:
    """A browser of somebody who may or may not know the password."""

    def __init__(self, rig):
        self.client = rig.app.test_client()
        self.token = ""

    def look(self, path=HOME):
        answer = self.client.get(path, headers={"Accept": "text/html"})
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def send(self, path, **fields):
        data = {"csrf_token": self.token, **fields}
        return self.client.post(HOME + path, data=data, headers={"Accept": "text/html"})

    def sign_in(self, password=PASSWORD):
        self.look(HOME + "login")
        return self.send("login", password=password)


@pytest.fixture
def desk(rig):
    made = Desk(rig)
    made.sign_in()
    made.look()
    return made


def test_nobody_gets_in_without_the_password(rig):
    stranger = Desk(rig)
    answer = stranger.look()
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME + "login")
    assert stranger.client.get(HOME + "state.json", headers={"Accept": "x/y"}).status_code == 401
    assert stranger.sign_in("guess").status_code == 403
    assert (
        stranger.send("stock", machine="lobby", slot="B4", stock="9", price="1").status_code == 401
    )
    assert rig.stock() == 5


def test_the_password_opens_it(rig):
    someone = Desk(rig)
    assert someone.sign_in().headers["Location"] == HOME
    page = someone.look()
    assert page.status_code == 200
    assert "Lobby machine" in page.text
    assert someone.send("logout").status_code == 302
    assert someone.look().status_code == 302


def test_a_slot_is_loaded_and_priced_in_major_units(rig, desk):
    answer = desk.send("stock", machine="lobby", slot="C4", stock="12", price="2.50")
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    slot = rig.service.machine_view("lobby")["slots"][1]
    assert (slot["stock"], slot["price_minor"]) == (12, 250)


WRONG = [
    {"machine": "nowhere"},
    {"slot": "Z9"},
    {"stock": "-1"},
    {"stock": "1.5"},
    {"stock": "²"},
    {"stock": "9999999999999999999999"},
    {"price": "2.505"},
    {"price": "0"},
    {"price": "free"},
    {"price": "1e9"},
]


@pytest.mark.parametrize("fields", WRONG)
def test_a_form_that_makes_no_sense_is_explained_and_changes_nothing(rig, desk, fields):
    before = rig.service.machine_view("lobby")
    given = {"machine": "lobby", "slot": "B4", "stock": "7", "price": "3.00", **fields}
    assert desk.send("stock", **given).status_code == 303
    assert "notice problem" in desk.look().text
    assert rig.service.machine_view("lobby") == before


def test_a_form_with_a_field_missing_is_refused(desk):
    assert desk.send("stock", machine="lobby").status_code == 422


def test_prices_of_a_currency_without_decimals_have_none():
    rig = Rig(seed(currency="JPY", slots=(SlotSeed("A1", "Tea", 150, 1),)))
    desk = Desk(rig)
    desk.sign_in()
    desk.look()
    desk.send("stock", machine="lobby", slot="A1", stock="3", price="160.5")
    desk.send("stock", machine="lobby", slot="A1", stock="3", price="160")
    assert rig.service.machine_view("lobby")["slots"][0]["price_minor"] == 160
    rig.close()


def test_a_forged_form_is_refused(rig, desk):
    desk.token = "guess"
    answer = desk.send("stock", machine="lobby", slot="B4", stock="7", price="3.00")
    assert answer.status_code == 403
    assert rig.stock() == 5


@pytest.mark.parametrize(("word", "money"), [("yes", "taken"), ("no", "returned")])
def test_the_desk_settles_a_drop_that_nobody_saw(rig, desk, word, money):
    order_id = unsure(rig)
    state = desk.client.get(HOME + "state.json").json
    assert [one["id"] for one in state["desk"]] == [order_id]
    assert order_id in desk.look().text
    assert desk.send("desk", order=order_id, released=word).status_code == 303
    rig.run()
    assert rig.order(order_id)["money"] == money
    desk.send("desk", order=order_id, released=word)
    assert "notice problem" in desk.look().text


def test_the_desk_says_yes_or_no(rig, desk):
    assert desk.send("desk", order=unsure(rig), released="perhaps").status_code == 422


def test_orders_say_what_they_wait_for(rig, desk):
    rig.buy()
    [order] = desk.client.get(HOME + "state.json").json["orders"]
    assert (order["waits_for"], order["waiting"]) == ("check_intent", "the customer to pay")
    assert (order["needs_desk"], order["loss"], order["problem"]) == (False, None, None)
    assert order["next_at_ms"] == rig.clock.now_ms() + 10_000


def test_there_are_words_for_every_duty(rig):
    with rig.app.test_request_context():
        assert all(_waiting(duty.value) for duty in Duty)


def test_the_page_hears_of_every_machine(desk):
    assert desk.client.get(HOME + "events").headers["Vendor-Sim-Live"] == "machines"
