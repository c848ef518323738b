"""What every application of ours promises, whatever it serves."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Blueprint, Response, redirect, session
from pydantic import BaseModel

from vendor_sim import web
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.limits import BODY_BYTES_MAX, SESSION_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import Database
from vendor_sim.web.pages import csrf_token
from vendor_sim.wire import strict_json
from vendor_sim.wire.schemas import Body

NOW_MS = 1_790_000_000_000


class Drink(Body):
    name: str
    price_minor: int


class View(BaseModel):
    name: str


@pytest.fixture
def clock():
    return VirtualClock(NOW_MS)


@pytest.fixture
def app(clock):
    app = web.create_app(__name__, prefix="/shop", clock=clock, session_secret="s3cret")
    database = Database("sqlite://", [outbox.TASK])
    pages = Blueprint("pages", __name__, url_prefix="/shop")
    web.protect(pages)

    @app.post("/drinks")
    def drinks() -> Response:
        drink = web.read_body(Drink)
        database.transact(lambda cx: outbox.put(cx, "x", {}, key="k", due_at_ms=0))
        return web.send({"name": drink.name, "key": web.idempotency_key()}, 201)

    @app.get("/who")
    def who() -> Response:
        return web.send({"key": web.bearer(), **web.read_query("page")})

    @app.get("/bug")
    def bug() -> Response:
        raise RuntimeError("the secret detail")

    @app.get("/busy")
    def busy() -> Response:
        raise Refused(Code.UNAVAILABLE, "not now")

    @app.get("/away")
    def away() -> Response:
        return redirect("/who")

    @app.get("/view")
    def view() -> Response:
        return web.send(View(name="tea"))

    @app.get("/shop/live")
    def live() -> Response:
        return web.live("shop:1")

    @pages.get("/token")
    def token() -> Response:
        return web.send({"token": csrf_token(), "seen": session.get("seen")})

    @pages.post("/buy")
    def buy() -> Response:
        session["seen"] = True
        return web.send(web.read_form("slot"))

    app.register_blueprint(pages)
    yield app
    database.close()


@pytest.fixture
def client(app):
    return app.test_client()


def error_of(response):
    document = response.get_json()
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message", "where", "transient"}
    return document["error"]


def test_health_is_told(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_good_body_is_read_and_answered(client):
    response = client.post(
        "/drinks", json={"name": "茶", "price_minor": 1}, headers={"Idempotency-Key": "k-1"}
    )
    assert response.status_code == 201
    assert response.get_json() == {"name": "茶", "key": "k-1"}
    assert "茶".encode() in response.data


@pytest.mark.parametrize(
    ("raw", "status", "code", "where"),
    [
        (b"", 400, "malformed", None),
        (b"[]", 400, "malformed", None),
        (b'{"name":"a","price_minor":1.5}', 400, "malformed", None),
        (b'{"name":"a","price_minor":NaN}', 400, "malformed", None),
        (b'{"name":"a","name":"b","price_minor":1}', 400, "malformed", None),
        (b'{"name":"a","price_minor":9223372036854775808}', 400, "malformed", None),
        (b'{"name":"a\\u0000","price_minor":1}', 400, "malformed", None),
        (b'{"name":"\\ud800","price_minor":1}', 400, "malformed", None),
        (b'{"name":"\xff","price_minor":1}', 400, "malformed", None),
        (b"[" * 16_000, 400, "malformed", None),
        (b'{"name":"a","price_minor":true}', 422, "invalid", "price_minor"),
        (b'{"name":"a"}', 422, "invalid", "price_minor"),
        (b'{"name":"a","price_minor":1,"size":2}', 422, "invalid", "size"),
        (b" " * (BODY_BYTES_MAX + 1), 413, "too_large", None),
    ],
)
def test_a_bad_body_gets_one_clear_error(client, raw, status, code, where):
    response = client.post("/drinks", data=raw, content_type="application/json")
    assert response.status_code == status
    error = error_of(response)
    assert (error["code"], error["where"]) == (code, where)


def test_a_body_without_a_length_is_bounded_too(app):
    with pytest.raises(Refused) as refused:
        strict_json.parse(b" " * (BODY_BYTES_MAX + 1))
    assert refused.value.problem.code is Code.TOO_LARGE


def test_a_bad_idempotency_key_is_refused(client):
    body = {"name": "tea", "price_minor": 1}
    response = client.post("/drinks", json=body, headers={"Idempotency-Key": "a b"})
    assert error_of(response)["where"] == "Idempotency-Key"


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer a b", "Bearer \xe9"])
def test_a_missing_or_odd_key_is_unauthenticated(client, header):
    response = client.get("/who", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert error_of(response)["code"] == "unauthenticated"


def test_query_parameters_are_strict(client):
    key = {"Authorization": "Bearer k"}
    assert client.get("/who?page=2", headers=key).get_json() == {"key": "k", "page": "2"}
    assert client.get("/who", headers=key).get_json()["page"] is None
    assert error_of(client.get("/who?pag=2", headers=key))["where"] == "pag"
    assert error_of(client.get("/who?page=1&page=2", headers=key))["where"] == "page"


def test_a_bug_is_logged_and_keeps_its_details_to_itself(client, caplog):
    with caplog.at_level(logging.ERROR):
        response = client.get("/bug")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert error_of(response)["code"] == "internal"
    assert "secret detail" in caplog.text


def test_unavailable_says_when_to_come_back(client):
    response = client.get("/busy")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert error_of(response)["transient"] is True


def test_wrong_path_and_method_are_told_in_the_one_shape(client):
    assert error_of(client.get("/nowhere"))["code"] == "not_found"
    response = client.get("/drinks")
    assert error_of(response)["code"] == "method_not_allowed"
    assert "POST" in response.headers["Allow"]


def test_people_get_a_page_and_redirects_stay_redirects(client):
    response = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert client.get("/away").status_code == 302


def test_models_are_sent_as_json(client):
    assert json.loads(client.get("/view").data) == {"name": "tea"}


def test_every_answer_carries_the_security_headers(client):
    headers = client.get("/shop/token").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_shared_look_is_served_under_the_prefix(client):
    with client.get("/shop/look/base.css") as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["ETag"]


def test_the_cookie_is_the_services_own(client):
    cookie = client.get("/shop/token").headers["Set-Cookie"]
    assert cookie.startswith("vendor_sim_shop=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/shop"):
        assert part in cookie


def test_a_form_needs_its_token(client):
    token = client.get("/shop/token").get_json()["token"]
    assert error_of(client.post("/shop/buy", data={"slot": "B4"}))["code"] == "forbidden"
    wrong = client.post("/shop/buy", data={"slot": "B4", "csrf_token": "x"})
    assert wrong.status_code == 403
    right = client.post("/shop/buy", data={"slot": " B4 ", "csrf_token": token})
    assert right.get_json() == {"slot": "B4"}
    by_header = client.post("/shop/buy", data={"slot": "B4"}, headers={"X-CSRF-Token": token})
    assert by_header.status_code == 200


@pytest.mark.parametrize("slot", ["", "x" * 201, "a\0b"])
def test_a_bad_form_field_is_named(client, slot):
    token = client.get("/shop/token").get_json()["token"]
    response = client.post("/shop/buy", data={"slot": slot, "csrf_token": token})
    assert error_of(response)["where"] == "slot"


def test_a_session_ends_by_the_worlds_clock(client, clock):
    token = client.get("/shop/token").get_json()["token"]
    client.post("/shop/buy", data={"slot": "B4", "csrf_token": token})
    assert client.get("/shop/token").get_json()["seen"] is True
    clock.advance_to(NOW_MS + SESSION_MS + 2_000)
    assert client.get("/shop/token").get_json()["seen"] is None


def test_what_a_request_wrote_is_told_only_where_traced(app, client):
    body = {"name": "tea", "price_minor": 1}
    assert "Vendor-Sim-Wrote" not in client.post("/drinks", json=body).headers
    app.config["TRACE_WRITES"] = True
    assert client.post("/drinks", json=body).headers["Vendor-Sim-Wrote"] == "insert task"
    assert "Vendor-Sim-Wrote" not in client.get("/view").headers


def test_a_live_answer_polls_where_nobody_keeps_it_open(client):
    response = client.get("/shop/live")
    assert response.headers["Vendor-Sim-Live"] == "shop:1"
    assert response.mimetype == "text/event-stream"
    assert response.text == "retry: 1000\ndata: 0\n\n"
