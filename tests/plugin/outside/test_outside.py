"""Somebody installs our wheel, writes features and two lines of Python, and has tests."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plugin.outside.conftest import ROOT, TOLD

if TYPE_CHECKING:
    from tests.plugin.outside.conftest import Outside

LANGUAGES = sorted(path.stem for path in TOLD.glob("*.feature"))
_PLAIN = "import sys\ndef test_plain():\n    print(*sorted(sys.modules))\n"


def tell(project: Path, *languages: str) -> Path:
    """A project with the story in these languages."""
    for language in languages:
        shutil.copy(TOLD / f"{language}.feature", project / "features")
    return project


def last(told: str) -> str:
    return told.strip().splitlines()[-1].partition(" in ")[0]


def test_the_wheel_holds_all_that_the_packages_hold(outside: Outside) -> None:
    found = set(zipfile.ZipFile(outside.wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for room in ("vendor_sim", "wallet")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    kinds = {Path(name).suffix for name in wanted}
    assert {".html", ".css", ".js", ".svg", ".pot"} <= kinds
    assert wanted - found == set()
    assert {name for name in found - wanted if ".dist-info/" not in name} == set()


def test_nothing_comes_from_this_checkout(outside: Outside, tmp_path: Path) -> None:
    code = "import sys, vendor_sim, wallet; print(vendor_sim.__file__, wallet.__file__, *sys.path)"
    vendor_sim, wallet, *paths = outside.run(tmp_path, "-c", code).stdout.split()
    assert {Path(vendor_sim).parents[1], Path(wallet).parents[1]} == {outside.packages}
    assert str(ROOT) not in paths


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_of_features_and_two_lines_passes(
    outside: Outside, project: Path, language: str
) -> None:
    told = outside.pytest(tell(project, language))
    assert last(told) == "4 passed", told


def test_it_passes_in_two_processes(outside: Outside, project: Path) -> None:
    told = outside.pytest(tell(project, *LANGUAGES), "-n", "2")
    assert last(told) == f"{4 * len(LANGUAGES)} passed", told


@pytest.mark.network
def test_it_passes_over_sockets(outside: Outside, project: Path) -> None:
    told = outside.pytest(tell(project, "en"), "--vendor-sim-world=sockets")
    assert last(told) == "4 passed", told


@pytest.mark.network
def test_it_passes_twice_against_a_deployment(
    outside: Outside, project: Path, deployment: str
) -> None:
    tell(project, "en")
    for _ in range(2):
        told = outside.pytest(project, "--vendor-sim-url", deployment)
        assert last(told) == "2 passed, 2 skipped", told
        for needed in ("--vendor-sim-move-clock", "--vendor-sim-reset"):
            assert needed in told
    told = outside.pytest(
        project, *("--vendor-sim-url", deployment, "--vendor-sim-reset", "--vendor-sim-move-clock")
    )
    assert last(told) == "4 passed", told


def test_a_project_without_features_is_left_alone(outside: Outside, tmp_path: Path) -> None:
    """What is loaded for it is the plugin itself, and of others nothing but what was there."""
    (tmp_path / "test_plain.py").write_text(_PLAIN)
    with_it, without = (
        {line for line in outside.pytest(tmp_path, "-s", *chosen).split() if line}
        for chosen in ((), ("-p", "no:vendor_sim"))
    )
    more = {name.partition(".")[0] for name in with_it - without if not name[:1].isdigit()}
    assert "vendor_sim.pytest_plugin.plugin" in with_it - without
    assert more - sys.stdlib_module_names <= {"vendor_sim"}, more
    heavy = ("vendor_sim.world", "vendor_sim.serving")
    assert [name for name in with_it if name.startswith(heavy)] == []
