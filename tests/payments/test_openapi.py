"""The document says what the application does, and the application does what the document says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.payments.conftest import make_platform
from vendor_sim.kernel.problems import STATUS, Code
from vendor_sim.payments.app.openapi import document
from vendor_sim.payments.app.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.specs.openapi.schemas import OpenApiSchema

    from tests.payments.conftest import Platform

KEYS = {"merchantKey": "key-m1", "providerKey": "key-p1"}
OPEN = {"/healthz", "/openapi.json"}
EXAMPLES = 8
LABELS = [f"{route.method} {route.path}" for route in ROUTES]
# Not asked: whether all that fits the schema is accepted (an unknown code fits it), and whether
# keys matter (a test of its own in test_v1).
SKIPPED = {"positive_data_acceptance", "ignored_auth", "unsupported_method"}


@pytest.fixture(scope="module")
def alive() -> Iterator[Platform]:
    """A platform in which something has happened."""
    made = make_platform()
    yield made
    made.door.close()


@pytest.fixture(scope="module")
def schema(alive: Platform) -> OpenApiSchema:
    """The document as it is served, read once: to resolve it takes a second."""
    load_all_checks()
    return schemathesis.openapi.from_wsgi("/openapi.json", alive.payments.app)


def known_ids(platform: Platform, draw: Any) -> dict[str, Any]:
    """Ids and codes of a fresh purchase, so that calls reach beyond ``not_found``."""
    n = platform.key()
    intent = platform.open_intent(order_ref=n, takes=draw(st.sampled_from(["hold", "at_once"])))
    account = platform.account(draw(st.sampled_from([100, 10_000])))
    found = {"code": intent.code, "account": account, "currency": "CNY", "amount_minor": 350}
    found |= {"order_ref": n, "intent": intent.id, "refund": "rf_1", "authorisation": f"au-{n}"}
    if draw(st.booleans()):
        return found
    rich = platform.account()
    platform.pay(intent, rich, f"au-{n}")
    if draw(st.booleans()) and intent.takes == "hold":
        platform.merchant.capture(intent.id, platform.key())
    if platform.merchant.intent(intent.id).state == "captured":
        found["refund"] = platform.merchant.refund(intent.id, 100, "x", platform.key()).id
    return found


def make_real(case: Any, found: dict[str, Any], draw: Any) -> bool:
    """Put real ids where the generated case has made-up ones, mostly; whether any was put."""
    put = False
    for part in (case.path_parameters, case.query, case.body):
        for name in part if isinstance(part, dict) else ():
            if name in found and draw(st.integers(0, 3)):
                part[name] = found[name]
                put = True
    return put


@pytest.mark.unmeasured
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", LABELS)
def test_no_generated_request_gets_what_is_not_documented(
    alive: Platform, schema: OpenApiSchema, label: str, mode: GenerationMode
) -> None:
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in SKIPPED]
    operation = schema.find_operation_by_label(label)
    assert operation is not None
    (scheme,) = operation.definition.raw["security"][-1]
    headers = {"Authorization": f"Bearer {KEYS[scheme]}"}

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: Any, data: Any) -> None:
        put = make_real(case, known_ids(alive, data.draw), data.draw)
        # What was wrong in the case may be right now.
        excluded = [CHECKS.get_one("negative_data_rejection")] if put else None
        case.call_and_validate(headers=headers, checks=checks, excluded_checks=excluded)

    run()


def test_every_route_of_the_application_is_in_the_document(platform: Platform) -> None:
    app = platform.payments.app
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1") or rule.rule in OPEN
    }
    paths = document()["paths"]
    assert served == {(path, method) for path, item in paths.items() for method in item}
    others = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/v1")}
    assert {path for path in others - OPEN if not path.startswith("/ledger")} == set()


def test_the_document_is_served_as_made_and_points_at_what_it_has(platform: Platform) -> None:
    served = platform.payments.app.test_client().get("/openapi.json").json
    assert served == document()
    assert served["openapi"] == "3.1.0"
    schemas = served["components"]["schemas"]
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(served)))
    assert used == set(schemas) - {"Body"}
    schemathesis.openapi.from_dict(served).validate()


def test_every_problem_of_a_route_is_under_its_status() -> None:
    for route in ROUTES:
        responses = document()["paths"][route.path][route.method.lower()]["responses"]
        for code in (*route.problems, Code.UNAUTHENTICATED, Code.INVALID, Code.UNAVAILABLE):
            assert f"`{code}`" in responses[str(STATUS[code])]["description"]
        assert (Code.TOO_LARGE in {Code(c) for c in _codes(responses)}) == bool(route.body)


def test_what_moves_money_needs_an_idempotency_key() -> None:
    keyed = {route.name for route in ROUTES if route.key}
    assert keyed == {
        *("open_intent", "capture", "void", "refund", "authorise", "open_account", "top_up"),
        "present_code",
    }


def test_notices_are_documented_as_webhooks() -> None:
    hooks = document()["webhooks"]
    assert "payment.captured" in hooks
    names = {one["name"] for one in hooks["hold.expired"]["post"]["parameters"]}
    assert names == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def _codes(responses: dict[str, Any]) -> list[str]:
    return re.findall(r"`(\w+)`", " ".join(one["description"] for one in responses.values()))
