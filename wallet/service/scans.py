"""Scans: what a person does with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.limits import SCANS_SHOWN_MAX
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from vendor_sim.wire import qr
from wallet import store
from wallet.domain import (
    Scan,
    ScanState,
    Way,
    approved,
    begin,
    declined,
    judge_approval,
    refused,
)
from wallet.service.kit import (
    keep_scan,
    need_scan,
    need_wallet,
    put_for_scan,
    scan_key,
    scan_view,
    topic,
)
from wallet.service.wallets import Wallets

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Scans(Wallets):
    """The verbs about scans. Each is one transaction."""

    def begin_scan(self, wallet_id: str, text: str) -> str:
        """Start with a scanned or typed text: the id of its scan.

        A code this wallet has not answered yet keeps the scan it has.

        Raises:
            Refused: ``not_found`` (the wallet). A text that is no code of ours is a scan too,
                refused with the reason ``foreign_code``.
        """
        read = qr.decode(text)
        now_ms = self._clock.now_ms()

        def verb(cx: Connection) -> str:
            need_wallet(cx, wallet_id)
            if isinstance(read, qr.PaymentCode):
                known = store.open_scan(cx, wallet_id, read.token)
                if known is not None:
                    return known.id
            scan_id = new_id(self._ids, "sc")
            way = Way.WECHAT if text.strip().startswith(qr.WECHAT) else Way.LINK
            add_scan(cx, begin(scan_id, wallet_id, read, self._link_base, now_ms, way=way), now_ms)
            return scan_id

        return self._door.transact(verb)

    def waiting_confirmation(self, wallet_id: str) -> str | None:
        """The scan of a till that read a payment code and waits for the payer's word, if any.

        Raises:
            Refused: ``not_found`` (the wallet).
        """

        def query(cx: Connection) -> Scan | None:
            need_wallet(cx, wallet_id)
            return store.waiting_scan(cx, wallet_id)

        found = self._door.read(query)
        return found.id if found else None

    def scan(self, scan_id: str, wallet_id: str | None = None) -> dict[str, Any]:
        """One scan; where a wallet is named, only if it is its own.

        Raises:
            Refused: ``not_found``.
        """
        return scan_view(self._door.read(lambda cx: need_scan(cx, scan_id, wallet_id)))

    def history(self, wallet_id: str, limit: int = SCANS_SHOWN_MAX) -> list[dict[str, Any]]:
        """A wallet's scans, newest first."""
        found = self._door.read(lambda cx: store.history(cx, wallet_id, limit))
        return [scan_view(scan) for scan in found]

    def approve(self, scan_id: str, pin: str, wallet_id: str | None = None) -> Problem | None:
        """Say yes with a PIN: None where the yes was taken down and will be sent.

        The authorisation's id is stored here, before anything is sent: however often it must be
        sent, it is one yes. A wrong PIN leaves the scan as it was.

        Raises:
            Refused: ``not_found``.
        """
        found = self._door.read(lambda cx: need_scan(cx, scan_id, wallet_id))
        kept = self._door.read(lambda cx: need_wallet(cx, found.wallet))
        right = self._is_right(kept, pin)
        return self._door.transact(lambda cx: self._approve(cx, scan_id, right=right))

    def decline(self, scan_id: str, wallet_id: str | None = None) -> None:
        """Say no; a repeated no changes nothing.

        Raises:
            Refused: ``not_found``, or ``wrong_state`` where there is nothing to say no to.
        """
        now_ms = self._clock.now_ms()

        def verb(cx: Connection) -> None:
            scan = need_scan(cx, scan_id, wallet_id)
            if scan.state is ScanState.DECLINED:
                return
            if scan.state is not ScanState.ASKING:
                raise Refused(Code.WRONG_STATE, f"a {scan.state} scan cannot be declined")
            outbox.drop(cx, scan_key(scan.id))
            keep_scan(cx, declined(scan))
            put_decline(cx, scan, now_ms)

        self._door.transact(verb)

    def _approve(self, cx: Connection, scan_id: str, *, right: bool) -> Problem | None:
        now_ms = self._clock.now_ms()
        scan = need_scan(cx, scan_id)
        problem = self._try_pin(cx, scan.wallet, right=right) or judge_approval(scan, now_ms)
        if problem is not None:
            if problem.code is Code.EXPIRED and scan.state is ScanState.ASKING:
                outbox.drop(cx, scan_key(scan.id))
                keep_scan(cx, refused(scan, Code.EXPIRED))
            return problem
        if scan.state is ScanState.ASKING:
            outbox.drop(cx, scan_key(scan.id))
            keep_scan(cx, approved(scan, new_id(self._ids, "au"), now_ms))
            put_for_scan(cx, "authorise", scan, now_ms)
        return None


def put_decline(cx: Connection, scan: Scan, now_ms: int) -> None:
    """Let the merchant know that this wallet does not pay; under a key of its own."""
    outbox.put(cx, "decline", {"scan": scan.id}, key=f"decline:{scan.id}", due_at_ms=now_ms)


def add_scan(cx: Connection, scan: Scan, now_ms: int) -> None:
    """Keep a new scan, tell its pages, and ask what its code is for."""
    store.add_scan(cx, scan)
    touch(cx, topic(scan.wallet))
    if scan.state is ScanState.READING:
        put_for_scan(cx, "resolve", scan, now_ms)
