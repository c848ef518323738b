"""The shape of the house, held mechanically."""

from __future__ import annotations

import ast
import re
import statistics
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "vendor_sim").rglob("*.py"), *(ROOT / "wallet").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FUNCTION_LINES_MAX = 40
FUNCTION_LINES_MEDIAN_MAX = 10
MODULE_LINES_MAX = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(text_of(path))))


def functions(path: Path) -> list[tuple[str, int]]:
    return [
        (f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_function_is_over_forty_lines():
    long = [(n, name) for path in SOURCES for name, n in functions(path) if n > FUNCTION_LINES_MAX]
    assert not long, long


def test_the_median_function_is_under_ten_lines():
    lengths = [n for path in SOURCES for _, n in functions(path)]
    assert statistics.median(lengths) < FUNCTION_LINES_MEDIAN_MAX


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 300
    assert len(TESTS) > 200


def test_no_module_is_over_three_hundred_lines():
    long = [name_of(p) for p in SOURCES + TESTS if text_of(p).count("\n") > MODULE_LINES_MAX]
    assert not long


def test_a_files_name_tells_what_is_inside():
    vague = [name_of(path) for path in SOURCES if path.stem in VAGUE_NAMES]
    assert not vague


def test_every_module_says_what_it_is():
    silent = [name_of(path) for path in SOURCES if not ast.get_docstring(nodes(path)[0])]
    assert not silent, "no module docstring"


LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_nothing_is_left_to_be_done_later_or_swallowed():
    assert not [name_of(path) for path in SOURCES if LATER.search(text_of(path))]
    swallowed = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ]
    assert not swallowed


def divides(node: ast.AST) -> bool:
    division = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    return division or (isinstance(node, ast.Call) and ast.unparse(node.func) == "float")


def test_no_float_comes_near_money():
    """Only times in seconds for libraries may be divided; amounts never are."""
    near = [
        f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"
        for path in SOURCES
        for node in nodes(path)
        if divides(node) and "minor" in ast.unparse(node)
    ]
    assert not near


THREADS = re.compile(r"(?m)^\s*(import|from) (threading|concurrent|asyncio|multiprocessing)\b")
CLOCKS = re.compile(r"\btime\.(time|monotonic|perf_counter|sleep)\(|datetime\.now\(")


def test_threads_and_wall_clocks_live_in_serving_and_the_command_line_only():
    allowed = {
        "vendor_sim/kernel/steering.py": "every thread reads the clock that one of them steers",
        "vendor_sim/wire/transports.py": "one flag for each thread tells a nested call",
        "vendor_sim/world/journal.py": "the ring is read by pages while tickers write it",
        "vendor_sim/world/faults/plan.py": "a tester scripts trouble while tickers meet it",
        "vendor_sim/world/faults/post.py": "senders leave messages while its ticker delivers them",
        "vendor_sim/world/power.py": "a tester cuts the power while tickers work",
        "vendor_sim/world/build.py": "control calls add secrets at the same time",
        "vendor_sim/world/rewinding.py": "it only has to know a lock when it meets one",
        "vendor_sim/world/races/suspended.py": "a call that waits is a stack that waits",
    }
    elsewhere = {
        room: path
        for path in SOURCES
        if not (room := name_of(path)).startswith(("vendor_sim/serving", "vendor_sim/cli"))
    }
    quiet = [path for room, path in elsewhere.items() if room not in allowed]
    assert not [name_of(path) for path in quiet if THREADS.search(text_of(path))]
    assert not [room for room, path in elsewhere.items() if CLOCKS.search(text_of(path))]


def test_no_test_sleeps_or_asserts_a_time():
    others = [path for path in TESTS if path != Path(__file__)]
    assert not [name_of(path) for path in others if re.search(r"\btime\.sleep\(", text_of(path))]


KNOWN = {"raises", "suppress", "refused", "run_state_machine_as_test", "expect"}
KNOWN |= {"check", "check_wallet"}


def asserts_nothing(path: Path) -> list[str]:
    defined = [node for node in nodes(path) if isinstance(node, ast.FunctionDef)]
    helpers = {node.name for node in defined if not node.name.startswith("test_")}
    idle = []
    for test in [node for node in defined if node.name.startswith("test_")]:
        inside = list(ast.walk(test))
        words = {n.id for n in inside if isinstance(n, ast.Name)}
        words |= {n.attr for n in inside if isinstance(n, ast.Attribute)}
        proves = any(isinstance(n, ast.Assert | ast.Raise) for n in inside)
        if not (proves or words & (helpers | KNOWN)):
            idle.append(f"{name_of(path)}:{test.lineno} {test.name}")
    return idle


def test_every_test_asserts_something():
    """A test that cannot fail is no test: each asserts, raises, or calls what does."""
    idle = [each for p in TESTS if p.name.startswith("test_") for each in asserts_nothing(p)]
    assert not idle
