"""Bugs of the machine: goods that fall twice, or without money, or are not counted."""

from __future__ import annotations

from dataclasses import replace

from tests.bugs.planting import Seed, Sweep, planted
from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import Refused
from vendor_sim.machine import outbound
from vendor_sim.machine.domain import Claim, Drop, Duty, OrderState, Standing, duties
from vendor_sim.machine.outbound import Outbound
from vendor_sim.machine.service import changes, machine, notices, views, work
from vendor_sim.machine.service.work import Work
from vendor_sim.storage import outbox

CLOSE_LOST = "request_lost|machine>ledger POST /v1/intents/*/close#0"
CAPTURE_LOST = "request_lost|machine>ledger POST /v1/intents/*/capture#0"
REFUND_LOST = "request_lost|machine>ledger POST /v1/intents/*/refunds#0"


@planted("released again when it jams", "I5 I13", Sweep("jam, hold let go"))
def _(patch):
    watch = Outbound._watch

    def watched(self, task, order):
        turn = self._dispenser.turn(order.command_id)
        if turn and turn.outcome is Drop.JAMMED and turn.done_at_ms <= self._work.now_ms():
            self._dispenser.release(f"{order.command_id}_again", order.machine, order.slot)
        watch(self, task, order)

    patch.setattr(Outbound, "_watch", watched)


@planted(
    *("released before the decision is stored", "I4 I5"),
    Sweep("buy by hold", "killed|machine@before_commit#3"),
)
def _(patch):
    made = []
    patch.setattr(work, "new_id", lambda ids, prefix: made.pop() if made else new_id(ids, prefix))

    def release(self, task):
        wanted = self._work.order(task.body["order"])
        if wanted.state is OrderState.PAID:
            command = new_id(self._work._ids, "cmd")
            self._dispenser.release(command, wanted.machine, wanted.slot)
            made.append(command)
        self._work.start_motor(task)

    patch.setattr(Outbound, "_release", release)


@planted("captured before the release", "I6", Sweep("jam, hold let go"))
def _(patch):
    release = Outbound._release

    def captured_first(self, task):
        wanted = self._work.order(task.body["order"])
        self._port(wanted).capture(wanted)
        release(self, task)

    patch.setattr(Outbound, "_release", captured_first)


@planted("captured without a release", "I6", Sweep("jam, hold let go"))
def _(patch):
    patch.setitem(duties._CLAIM, OrderState.NOT_RELEASED, Claim.KEEP)


@planted("a late payment is kept", "I6", Sweep("cancel while paying"))
def _(patch):
    patch.setitem(duties._CLAIM, OrderState.CANCELLED, Claim.KEEP)


@planted(
    "reopened state: who paid too late gets it after all",
    "I11",
    Sweep("cancel while paying", CLOSE_LOST),
)
def _(patch):
    learn = notices.learn

    def reopened(order, report, now_ms):
        after = learn(order, report, now_ms)
        if after.state is OrderState.CANCELLED and after.standing is Standing.HELD:
            return replace(after, state=OrderState.PAID, ended_at_ms=None)
        return after

    patch.setattr(notices, "learn", reopened)
    patch.setattr(work, "learn", reopened)


@planted(
    *("unsure treated as released", "I4 I13"), Sweep("buy by hold", "killed|machine@before_motor#0")
)
def _(patch):
    patch.setattr(
        outbound.Outbound,
        "_watch",
        lambda self, task, _order: self._work.drop_seen(task, Drop.DROPPED),
    )


@planted("unsure treated as not released", "I13", Sweep("unsure, nobody says a word"))
def _(patch):
    see = work.see
    patch.setattr(
        *(work, "see"),
        lambda order, drop, now_ms: see(
            order, Drop.JAMMED if drop is Drop.UNSURE else drop, now_ms
        ),
    )


@planted("desk decision ignored", "I12", Sweep("unsure, the desk says it fell"))
def _(patch):
    patch.setattr(
        *(machine.MachineService, "settle_unsure"),
        lambda self, order_id, **_: views.order_view(
            self._door.read(lambda cx: changes.find_order(cx, order_id))
        ),
    )


@planted("loss not recorded", "I6", Sweep("unsure, nobody says a word"))
def _(patch):
    patch.setattr(changes, "_record_loss", lambda *_: None)


@planted("stock not decremented", "I10", Sweep("buy by hold"))
def _(patch):
    patch.setattr(changes, "_count_stock", lambda *_: None)


@planted("oversell", "I10", Seed(0, 25))
def _(patch):
    judge = machine.judge_press
    patch.setattr(
        *(machine, "judge_press"),
        lambda slot, ready: judge(slot, replace(ready, available=max(ready.available or 0, 1))),
    )


@planted("busy machine takes another order", "I10 I13 I14", Seed(0, 12))
def _(patch):
    judge = machine.judge_press
    patch.setattr(
        *(machine, "judge_press"), lambda slot, ready: judge(slot, replace(ready, busy=False))
    )


@planted("what became of a move is not in the journal", "I11 I23", Sweep("buy by hold"))
def _(patch):
    log = changes._log

    def forgetful(cx, order, now_ms):
        if order.state is not OrderState.RELEASING:
            log(cx, order, now_ms)

    patch.setattr(changes, "_log", forgetful)


@planted("retry gives up silently", "I6 I10", Sweep("refund race", REFUND_LOST))
def _(patch):
    def failed(self, task, problem, *, lost):
        self._door.transact(lambda cx: outbox.finish(cx, task, self.now_ms(), problem))

    patch.setattr(Work, "failed", failed)


@planted("a capture is given up silently", "I6", Sweep("buy by hold", CAPTURE_LOST))
def _(patch):
    """The hold lapses, and a loss is written down: an ending, but nobody tried to be paid."""
    failed = Work.failed

    def gave_up(self, task, problem, *, lost):
        if task.kind == Duty.CAPTURE:
            self._door.transact(lambda cx: outbox.finish(cx, task, self.now_ms(), problem))
        else:
            failed(self, task, problem, lost=lost)

    patch.setattr(Work, "failed", gave_up)


@planted(
    *("task lost on crash: done before it is tried", "I6 I10"),
    Sweep("refund race", "killed|machine@send#2"),
)
def _(patch):
    see_to = Outbound._see_to

    def finished_first(self, task):
        if task.kind == Duty.REFUND:
            self._door.transact(lambda cx: outbox.finish(cx, task, self._work.now_ms()))
        see_to(self, task)

    patch.setattr(Outbound, "_see_to", finished_first)


@planted(
    *("acknowledged before it is stored", "I6"),
    Sweep("refund race", "disk_full|machine@before_commit#2", "polling"),
)
def _(patch):
    came = machine.MachineService.notice_came

    def answered_anyway(self, machine_id, notice_id, news):
        try:
            return came(self, machine_id, notice_id, news)
        except Refused:
            return True

    patch.setattr(machine.MachineService, "notice_came", answered_anyway)


@planted(
    *("duplicate notice taken in twice", "I14"),
    Sweep("buy by hold", "duplicated|ledger>machine POST /machine/hooks/payments/*#0"),
)
def _(patch):
    patch.setattr(notices, "_was_seen", lambda *_: False)
