"""The changes that may go unnoticed, each with the reason, as ``survivors.toml`` lists them."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.changes import Change

LIST = Path(__file__).parent / "survivors.toml"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some changes may go unnoticed.

    Attributes:
        title: In a few words.
        why: In a sentence or two.
        changes: Which ones.
    """

    title: str
    why: str
    changes: tuple[Change, ...]


def reasons() -> list[Reason]:
    """Every reason, with its changes."""
    document = tomllib.loads(LIST.read_text("utf-8"))
    return [
        Reason(one["title"], one["why"].strip(), tuple(Change(**each) for each in one["changes"]))
        for one in document["reason"]
    ]


def accepted() -> Counter[Change]:
    """All of the changes."""
    return Counter(change for reason in reasons() for change in reason.changes)
