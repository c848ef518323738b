"""Rules that learn to write an address when somebody first asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import url_for
from werkzeug.routing import Rule

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
