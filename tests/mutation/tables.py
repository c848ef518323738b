"""Small changes of tables, which mutmut leaves alone: a line less, a line more, another word."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mutation.changes import Change
from vendor_sim.kernel.lifecycle import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
ROOMS = ("kernel", "ledger/domain", "payments/domain", "machine/domain")
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A table with one small change: a dictionary, or a set."""

    change: Change
    table: Any
    edited: Any

    def make(self) -> None:
        """Change it for good, for everybody who knows it: in a process of its own."""
        if isinstance(self.table, dict):
            self.table.clear()
            self.table.update(self.edited)
            return
        for module in list(sys.modules.values()):
            for name, value in list(vars(module).items()):
                if value is self.table:
                    setattr(module, name, self.edited)


def edits(room: str) -> Iterator[Edit]:
    """Every small change of every table of a room."""
    for path in sorted((ROOT / "vendor_sim" / room).glob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        yield from edits_of(module, path.relative_to(ROOT / "vendor_sim").as_posix())


def edits_of(module: ModuleType, file: str) -> Iterator[Edit]:
    """Every small change of every table that a module makes, the moves of lives among them."""
    tree = ast.parse(inspect.getsource(module))
    parts = {ast.unparse(part) for part in _spread(tree)}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id not in parts:
            for place, table in _inside(target.id, getattr(module, target.id)):
                for was, becomes, edited in _edited(table):
                    yield Edit(Change(file, place, was, becomes), table, edited)


def _spread(tree: ast.Module) -> Iterator[ast.expr]:
    """What is part of another table: nobody reads it by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (part for key, part in zip(node.keys, node.values, strict=True) if not key)


def _inside(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Lifecycle):
        yield name, value.moves
    elif isinstance(value, dict) and any(isinstance(one, Lifecycle) for one in value.values()):
        for key, life in value.items():
            yield f"{name}[{key}]", life.moves
    elif isinstance(value, dict | frozenset):
        yield name, value


def _edited(table: Any) -> Iterator[tuple[str, str, Any]]:
    return _edited_lines(table) if isinstance(table, dict) else _edited_set(table)


def _edited_lines(table: dict[Any, Any]) -> Iterator[tuple[str, str, dict[Any, Any]]]:
    some = next(iter(table.values()))
    for key, value in table.items():
        line = f"{_word(key)}: {_word(value)}"
        yield line, NOTHING, {one: table[one] for one in table if one != key}
        other = _other(value)
        if other is not None:
            yield line, f"{_word(key)}: {_word(other)}", {**table, key: other}
    for key in _missing(table):
        yield NOTHING, f"{_word(key)}: {_word(some)}", {**table, key: some}


def _edited_set(table: frozenset[Any]) -> Iterator[tuple[str, str, frozenset[Any]]]:
    for one in sorted(table):
        yield _word(one), NOTHING, table - {one}
    for one in _missing(table):
        yield NOTHING, _word(one), table | {one}


def _missing(table: Any) -> Iterator[Any]:
    """What could be a line of it too: each word, or each pair of words, that is none."""
    one = next((key for key in table if key is not None), None)
    if isinstance(one, StrEnum):
        yield from (word for word in type(one) if word not in table)
    elif isinstance(one, tuple):
        yield from (pair for pair in product(*map(type, one)) if pair not in table)


def _other(value: Any) -> Any:
    if isinstance(value, StrEnum):
        words = list(type(value))
        return words[(words.index(value) + 1) % len(words)]
    return value + 1 if isinstance(value, int) else None


def _word(thing: Any) -> str:
    return ", ".join(map(str, thing)) if isinstance(thing, tuple) else str(thing)
