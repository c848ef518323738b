"""Rules that learn to write an address when somebody first asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import url_for
from werkzeug.routing import Rule, UnicodeConverter

from vendor_sim.web.rules import Application

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def app() -> Flask:
    made = Application(__name__)
    made.add_url_rule("/m/<machine>/<int:page>", "page", lambda machine, page: f"{machine} {page}")
    return made


def test_addresses_are_written_as_flask_writes_them(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("page", machine="a b", page=2) == "/m/a%20b/2"
        assert url_for("page", machine="x", page=3, more="&") == "/m/x/3?more=%26"
        assert url_for("static", filename="x.css") == "/static/x.css"
    assert app.test_client().get("/m/x/7").text == "x 7"


def test_nothing_is_compiled_until_somebody_asks_and_then_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[Any] = []
    usual = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(rule.rule)
        return usual(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    made = Application(__name__)
    made.add_url_rule("/m/<machine>", "page", lambda machine: machine)
    assert compiled == []
    with made.test_request_context():
        assert {url_for("page", machine=name) for name in ("a", "b")} == {"/m/a", "/m/b"}
    assert compiled == ["/m/<machine>"]


def test_a_rule_that_was_read_before_leads_each_application_to_its_own_page() -> None:
    one, other = Application(__name__), Application(__name__)
    for app, says in ((one, "one"), (other, "other")):
        app.add_url_rule("/r/<name>/<int:n>", says, lambda says=says, **at: f"{says} {at}")
    for app, says in ((one, "one"), (other, "other")):
        assert app.test_client().get("/r/x/7").text == f"{says} {{'name': 'x', 'n': 7}}"
        assert app.test_client().get("/r/x/y").status_code == 404
        with app.test_request_context():
            assert url_for(says, name="a b", n=2) == "/r/a%20b/2"


def test_a_rule_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    usual = Rule._parse_rule
    monkeypatch.setattr(
        Rule, "_parse_rule", lambda rule, text: [read.append(text), *usual(rule, text)][1:]
    )
    for _ in range(3):
        Application(__name__).add_url_rule("/read-once/<name>", "page", lambda name: name)
    assert read.count("/read-once/<name>") == 1


def test_an_application_with_converters_of_its_own_reads_its_rules_itself() -> None:
    class Shout(UnicodeConverter):
        def to_python(self, value: str) -> str:
            return value.upper()

    usual, loud = Application(__name__), Application(__name__)
    loud.url_map.converters["default"] = Shout
    for app in (usual, loud, usual.__class__(__name__)):
        app.add_url_rule("/s/<name>", "page", lambda name: name)
    assert usual.test_client().get("/s/x").text == "x"
    assert loud.test_client().get("/s/x").text == "X"
