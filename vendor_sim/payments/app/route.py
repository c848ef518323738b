"""What is said about a route: what it takes, what it answers, what it refuses, and who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.payments.domain import Role

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vendor_sim.kernel.problems import Code
    from vendor_sim.wire import schemas

Form = dict[str, object]
ID_FORM: Form = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]+$", "minLength": 1, "maxLength": 64}
"""Ids of ours, and of merchants' orders."""


@dataclass(frozen=True)
class Key:
    """What an ``Idempotency-Key`` may look like."""

    pattern: str
    about: str


@dataclass(frozen=True)
class Param:
    """A query parameter.

    Attributes:
        name: As in the URL.
        about: What it does.
        form: Its JSON Schema.
        required: Whether it must be there.
    """

    name: str
    about: str
    form: Form
    required: bool = False


@dataclass(frozen=True)
class Route:
    """One call of the API.

    Attributes:
        name: Which handler carries it out; the operation's id in the document.
        method: The HTTP method.
        path: With ``{names}`` for parts that vary.
        about: What it does, in one sentence.
        who: Whose API key opens it.
        answer: The shape of what it answers.
        status: With which HTTP status.
        body: The shape of what it takes; None where it takes nothing.
        key: The form of the ``Idempotency-Key`` it needs, if it needs one.
        problems: What it may refuse, besides what every call may.
        query: Its query parameters.
    """

    name: str
    method: str
    path: str
    about: str
    who: tuple[Role, ...]
    answer: type[BaseModel]
    status: int = 200
    body: type[schemas.Body] | None = None
    key: Key | None = None
    problems: tuple[Code, ...] = ()
    query: tuple[Param, ...] = ()


MERCHANT, PROVIDER = (Role.MERCHANT,), (Role.PROVIDER,)
ANYBODY = (Role.MERCHANT, Role.PROVIDER)
KEY = Key(
    r"^[\x21-\x7e]{1,128}$",
    "Makes the request safe to send again: the same key and input get the same answer.",
)
AUTHORISATION_ID = Key(
    r"^[A-Za-z0-9_.:-]{1,64}$",
    "Becomes the authorisation's id. Make it, keep it, then send it: again if need be.",
)
