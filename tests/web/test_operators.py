"""Operators' pages are behind their password."""

from __future__ import annotations

import pytest
from flask import Blueprint

from vendor_sim import web
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.web.filters import money, when


@pytest.fixture
def client():
    app = web.create_app(__name__, prefix="/desk", clock=VirtualClock(0), session_secret="s")
    desk = Blueprint("desk", __name__, url_prefix="/desk")

    def page(problem):
        return f"sign in {problem or ''}"

    web.password_login(desk, password="wächter", home="desk.index", page=page)

    @desk.route("/", methods=["GET", "POST"])
    def index():
        return "the books"

    app.register_blueprint(desk)
    return app.test_client()


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    response = client.get("/desk/", headers={"Accept": "text/html"})
    assert response.location == "/desk/login"
    assert client.get("/desk/login").text == "sign in "


def test_a_strangers_post_is_refused(client):
    assert client.post("/desk/").status_code == 401


def test_a_wrong_password_stays_outside(client):
    response = client.post("/desk/login", data={"password": "nope"})
    assert response.status_code == 403
    assert client.get("/desk/", headers={"Accept": "text/html"}).status_code == 302


def test_the_password_opens_and_signing_out_closes(client):
    assert client.post("/desk/login", data={"password": "wächter"}).location == "/desk/"
    assert client.get("/desk/").text == "the books"
    client.post("/desk/logout")
    assert client.get("/desk/", headers={"Accept": "text/html"}).status_code == 302


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(350, "CNY", "¥3.50"), (350, "JPY", "¥350"), (1250, "KWD", "KD\N{NO-BREAK SPACE}1.250")],
)
def test_money_is_written_with_its_currencys_decimals(minor, currency, text):
    assert money(minor, currency) == text


def test_an_instant_is_a_time_element_and_none_is_nothing():
    assert '<time datetime="1970-01-01T00:00:01.500Z">' in when(1_500)
    assert when(None) == ""
