"""Answers that come too late change nothing but their task."""

from __future__ import annotations

from tests.wallet.fakes import CODE, PIN, START_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.storage import outbox
from wallet.domain import Quote

QUOTE = Quote("in_1", "Other", "Other", 1, "CNY", START_MS + 1_000)


def begun(scene):
    """A scan, and the task that was due for it."""
    scan_id = scene.service.begin_scan("pete", CODE)
    (task,) = scene.door.read(lambda cx: outbox.due(cx, START_MS))
    return scan_id, task


def test_a_second_answer_to_a_question_changes_nothing(pete):
    scan_id, task = begun(pete)
    pete.run()
    asking = pete.scan(scan_id)
    pete.service.code_resolved(task, QUOTE, START_MS)
    assert pete.scan(scan_id) == asking


def test_a_code_that_expired_on_the_way_is_not_asked_about(pete):
    scan_id, task = begun(pete)
    pete.service.code_resolved(task, QUOTE, START_MS + 1_000)
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["reason"]) == ("refused", "expired")
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_refusal_or_silence_about_money_that_is_held_changes_nothing(pete):
    scan_id, task = begun(pete)
    pete.run()
    pete.service.approve(scan_id, PIN)
    pete.run()
    held = pete.scan(scan_id)
    pete.service.scan_refused(task, Code.CLOSED, START_MS)
    pete.service.not_answered(task, "no answer", START_MS + 60_000)
    assert pete.scan(scan_id) == held
