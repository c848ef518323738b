"""The shape of the house, held mechanically."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "vendor_sim").rglob("*.py"), *(ROOT / "wallet").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FUNCTION_LINES_MAX = 40
FUNCTION_LINES_MEDIAN_MAX = 10
MODULE_LINES_MAX = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        (f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_function_is_over_forty_lines():
    long = [(n, name) for path in SOURCES for name, n in functions(path) if n > FUNCTION_LINES_MAX]
    assert not long, long


def test_the_median_function_is_under_ten_lines():
    lengths = [n for path in SOURCES for _, n in functions(path)]
    assert statistics.median(lengths) < FUNCTION_LINES_MEDIAN_MAX


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=name_of)
def test_no_module_is_over_three_hundred_lines(path):
    assert path.read_text("utf-8").count("\n") <= MODULE_LINES_MAX


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_files_name_tells_what_is_inside(path):
    assert path.stem not in VAGUE_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "no module docstring"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_to_be_done_later_or_swallowed(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            assert not (len(node.body) == 1 and isinstance(node.body[0], ast.Pass)), node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_float_comes_near_money(path):
    """Only times in seconds for libraries may be divided; amounts never are."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            assert "minor" not in ast.unparse(node), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float":
            assert "minor" not in ast.unparse(node), f"line {node.lineno}"


THREADS = re.compile(r"(?m)^\s*(import|from) (threading|concurrent|asyncio|multiprocessing)\b")
CLOCKS = re.compile(r"\btime\.(time|monotonic|perf_counter|sleep)\(|datetime\.now\(")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_threads_and_wall_clocks_live_in_serving_and_the_command_line_only(path):
    room = name_of(path)
    if room.startswith(("vendor_sim/serving", "vendor_sim/cli")):
        return
    text = path.read_text("utf-8")
    allowed = {
        "vendor_sim/kernel/steering.py": "every thread reads the clock that one of them steers",
        "vendor_sim/wire/transports.py": "one flag for each thread tells a nested call",
        "vendor_sim/world/journal.py": "the ring is read by pages while tickers write it",
        "vendor_sim/world/faults/plan.py": "a tester scripts trouble while tickers meet it",
        "vendor_sim/world/faults/post.py": "senders leave messages while its ticker delivers them",
        "vendor_sim/world/power.py": "a tester cuts the power while tickers work",
        "vendor_sim/world/build.py": "control calls add secrets at the same time",
    }
    if room not in allowed:
        assert not THREADS.search(text)
    assert not CLOCKS.search(text)


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_no_test_sleeps_or_asserts_a_time(path):
    text = path.read_text("utf-8")
    if path == Path(__file__):
        return
    assert not re.search(r"\btime\.sleep\(", text)


@pytest.mark.parametrize("path", [p for p in TESTS if p.name.startswith("test_")], ids=name_of)
def test_every_test_asserts_something(path):
    """A test that cannot fail is no test: each asserts, raises, or calls what does."""
    tree = ast.parse(path.read_text("utf-8"))
    helpers = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")):
            continue
        words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        words |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        proves = any(isinstance(n, ast.Assert | ast.Raise) for n in ast.walk(node))
        known = {"raises", "suppress", "refused", "run_state_machine_as_test", "check", "expect"}
        assert proves or words & (helpers | known), f"{node.name} asserts nothing"
