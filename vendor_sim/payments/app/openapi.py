"""The OpenAPI 3.1 document, made from the routes and the models they use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

import vendor_sim
from vendor_sim.kernel.problems import STATUS, Code
from vendor_sim.payments.app.routes import ROUTES
from vendor_sim.payments.domain import NoticeType, Role
from vendor_sim.wire import schemas, signing
from vendor_sim.wire.strict_json import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

    from vendor_sim.payments.app.route import Route

Json = dict[str, Any]

_ABOUT = """\
Merchants open intents and look after them; wallet providers resolve payment codes and authorise
them for the payers whose accounts they opened. Amounts are integer minor units, times RFC 3339.
Bodies are strict: an unknown field, a float, a duplicate key is refused. A request that moves money
needs an Idempotency-Key; sent again with the same key and input it is carried out once.
"""
_EVERYWHERE = (Code.MALFORMED, Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.INVALID, Code.UNAVAILABLE)
_SECURITY = {
    Role.MERCHANT: ("merchantKey", "A merchant's API key."),
    Role.PROVIDER: ("providerKey", "A wallet provider's API key."),
}
_PATH_ID = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]+$", "minLength": 1, "maxLength": 128}
_REF = "#/components/schemas/{model}"


@lru_cache(maxsize=1)
def document_bytes() -> bytes:
    """The document as it is served."""
    return compact(document())


def document() -> Json:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vendor Sim payment platform",
            "version": vendor_sim.__version__,
            "description": _ABOUT,
        },
        "paths": {**_paths(), **_plain_paths()},
        "webhooks": {kind.value: _webhook(kind) for kind in NoticeType},
        "components": {"schemas": _schemas(), "securitySchemes": _security_schemes()},
    }


def _paths() -> Json:
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return paths


def _plain_paths() -> Json:
    status = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}
    return {
        "/healthz": {"get": _plain("healthz", "Whether the service answers.", status)},
        "/openapi.json": {"get": _plain("openapi", "This document.", {"type": "object"})},
    }


def _plain(name: str, about: str, form: Json) -> Json:
    answer = {"description": about, "content": _json(form)}
    return {"operationId": name, "summary": about, "responses": {"200": answer}, "security": []}


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.about,
        "security": [{_SECURITY[role][0]: []} for role in route.who],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _json(_ref(route.body))}
    return operation


def _parameters(route: Route) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": dict(_PATH_ID)}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.key:
        form = {"type": "string", "pattern": route.key.pattern}
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": route.key.about,
                "schema": form,
            }
        )
    found += [
        {
            "name": param.name,
            "in": "query",
            "required": param.required,
            "description": param.about,
            "schema": param.form,
        }
        for param in route.query
    ]
    return found


def _responses(route: Route) -> Json:
    codes = {*_EVERYWHERE, *route.problems, *([Code.TOO_LARGE] if route.body else [])}
    by_status: dict[int, list[Code]] = {}
    for code in Code:
        if code in codes:
            by_status.setdefault(STATUS[code], []).append(code)
    answers: Json = {
        str(route.status): {"description": "Done.", "content": _json(_ref(route.answer))}
    }
    answers |= {str(status): _refusal(by_status[status]) for status in sorted(by_status)}
    return answers


def _refusal(codes: Iterable[Code]) -> Json:
    named = ", ".join(f"`{code}`" for code in codes)
    return {
        "description": f"Refused: {named}.",
        "content": _json({"$ref": _REF.format(model="Error")}),
    }


def _webhook(kind: NoticeType) -> Json:
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in (signing.ID, signing.TIMESTAMP, signing.SIGNATURE)
    ]
    return {
        "post": {
            "operationId": f"notice_{kind.replace('.', '_')}",
            "summary": "Sent to the hook, signed by the Standard Webhooks scheme.",
            "parameters": headers,
            "requestBody": {"required": True, "content": _json(_ref(schemas.NoticeView))},
            "responses": {"2XX": {"description": "Received; anything else is tried again."}},
        }
    }


def _schemas() -> Json:
    bodies = {route.body for route in ROUTES if route.body}
    answers = {route.answer for route in ROUTES} | {schemas.NoticeView}
    models: list[Any] = [(model, "validation") for model in sorted(bodies, key=_name)]
    models += [(model, "serialization") for model in sorted(answers, key=_name)]
    _, made = models_json_schema(models, ref_template=_REF)
    return {**made["$defs"], "Error": _error_schema()}


def _error_schema() -> Json:
    error = {
        "type": "object",
        "required": ["code", "message", "where", "transient"],
        "additionalProperties": False,
        "properties": {
            "code": {"enum": [code.value for code in Code]},
            "message": {"type": "string"},
            "where": {"type": ["string", "null"]},
            "transient": {"type": "boolean"},
        },
    }
    return {
        "type": "object",
        "description": "The one shape of an error.",
        "required": ["error"],
        "additionalProperties": False,
        "properties": {"error": error},
    }


def _security_schemes() -> Json:
    return {
        name: {"type": "http", "scheme": "bearer", "description": about}
        for name, about in _SECURITY.values()
    }


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": _REF.format(model=_name(model))}


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _json(form: Json) -> Json:
    return {"application/json": {"schema": form}}
