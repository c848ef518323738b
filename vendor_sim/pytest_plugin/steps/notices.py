"""What the platform tells the machine, how often it tries, and when it gives up."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.pytest_plugin.parsers import phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene


@then(phrase("notified-times"))
def notified(scene: Scene, times: int) -> None:
    notice = scene.notices()[0]
    assert notice["attempts"] == times, notice


@then(phrase("notice-again-after"))
def tried_again(scene: Scene, count: int, span_ms: int) -> None:
    tried = [datetime.fromisoformat(one["at"]) for one in scene.notices()[0]["tried"]]
    pauses_ms = [(after - at).total_seconds() * SECOND_MS for at, after in pairwise(tried)]
    assert pauses_ms[-1:] == [count * span_ms], f"it was tried again after {pauses_ms} ms"


@then(phrase("notice-is"))
def notice_is(scene: Scene, fate: str) -> None:
    notice = scene.notices()[0]
    assert notice["state"] == fate, notice


@then(phrase("notice-failed-because"))
def failed_because(scene: Scene, problem: str) -> None:
    tried = scene.notices()[0]["tried"]
    assert tried, "it was not tried yet"
    assert str(tried[-1]["problem"]).startswith(problem), tried


@then(phrase("notices-sent"))
def have_been_sent(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    heads = [tongue.read("Column", head) for head in datatable[0]]
    wanted = [
        [tongue.read("NoticeFate", cell) if head == "fate" else cell for head, cell in row]
        for row in (zip(heads, row, strict=True) for row in datatable[1:])
    ]
    told = [
        {"notice": one["type"], "attempts": str(one["attempts"]), "fate": one["state"]}
        for one in scene.notices()
    ]
    assert [[one[head] for head in heads] for one in told] == wanted, told


@when(phrase("resend"))
def sends_again(scene: Scene) -> None:
    scene.post(f"/notices/{scene.notices()[0]['id']}/resend", {})
    scene.listen()
