"""Messages as arrows of a sequence diagram: who to whom, what it means, how it went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.lab.meanings import meaning
from vendor_sim.lab.messages import (
    MERCHANT,
    SIGNATURE,
    body,
    is_first_charge,
    is_first_look,
    is_v3_notice,
    is_v3_request,
    lane,
    part,
    segments,
)
from vendor_sim.lab.threads import Threads, is_of_merchant
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Entry = dict[str, Any]

PROBE = "WECHATPAY/SIGNTEST/"
"""A signature that is wrong on purpose begins so."""
_OK = range(200, 300)
_ACCEPTED, _UNSIGNED = 202, 401
_CODE_SHOWN_CHARS = 4
_ENDS = frozenset({"close", "reverse"})


def arrows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Every message as an arrow, in the order of sending; the same question again is one arrow."""
    kept = list(entries)
    threads = Threads()
    first = [threads.purchase(entry) for entry in kept]
    # Again, for what was learned later: whose code this was that a wallet asked for.
    about = [known or threads.purchase(entry) for known, entry in zip(first, kept, strict=True)]
    drawn = [one for told in _with_light(kept, about) for one in told]
    return _folded(sorted(drawn, key=lambda one: (one["at"], one["tone"] != "light")))


def arrow(entry: Entry, purchase: str | None) -> dict[str, Any]:
    """One message, ready to be drawn.

    Returns:
        ``{"n", "at", "source", "target", "label", "status", "note", "good", "tone", "purchase",
        "last", "times", "same"}``; ``good`` is None where no answer came, ``last`` is the newest of
        ``times`` that say the ``same``.
    """
    known = meaning(entry)
    status = entry["status"]
    return {
        "n": entry["n"],
        "at": rfc3339(entry["at_ms"]),
        "source": lane(entry["source"]),
        "target": lane(entry["target"]),
        "label": known.label(entry) if known else f"{entry['method']} {entry['path']}",
        "status": status,
        "note": _note(entry),
        "good": None if status is None else status in _OK,
        "tone": known.tone(entry) if known and status in _OK else "",
        "purchase": purchase,
        "last": entry["n"],
        "times": 1,
        "same": _same(entry),
    }


def light(entry: Entry, purchase: str | None, at_ms: int) -> dict[str, Any]:
    """The message that no network carries, before this one: a code that went by light.

    From the machine's screen to the wallet's camera, or from the wallet's screen to the machine's
    scanner.
    """
    if is_first_charge(entry):
        code = str(part(body(entry, "request"), "payer", "auth_code") or "")
        source, target = "wallet", lane(entry["source"])
        label = _("payment code, by light · …%(end)s", end=code[-_CODE_SHOWN_CHARS:])
    else:
        code = str(body(entry, "request").get("code", ""))
        source, target = MERCHANT if is_of_merchant(purchase) else "machine", entry["source"]
        label = _("QR code, by light · …%(end)s", end=code[-_CODE_SHOWN_CHARS:])
    return {
        "n": f"{entry['n']}-light",
        "at": rfc3339(at_ms),
        "source": source,
        "target": target,
        "label": label,
        "status": None,
        "note": "",
        "good": True,
        "tone": "light",
        "purchase": purchase,
        "last": f"{entry['n']}-light",
        "times": 1,
        "same": None,
    }


def _with_light(entries: list[Entry], about: list[str | None]) -> Iterator[list[dict[str, Any]]]:
    """Each message's arrows: two where a code was read just before it."""
    seen: set[str] = set()
    before: dict[tuple[str | None, str], Entry] = {}
    for entry, purchase in zip(entries, about, strict=True):
        read = _read_code(entry, purchase)
        if read is not None and read not in seen:
            seen.add(read)
            at_ms = _seen_at_ms(entry, before.get((purchase, entry["source"])))
            yield [light(entry, purchase, at_ms), arrow(entry, purchase)]
        else:
            yield [arrow(entry, purchase)]
        before[purchase, entry["source"]] = entry


def _seen_at_ms(entry: Entry, before: Entry | None) -> int:
    """When a code was read at the latest: a shop that reads one first ends what it asked before."""
    ends = before is not None and segments(before)[-1] in _ENDS
    return int(before["at_ms"] if before and ends and is_first_charge(entry) else entry["at_ms"])


def _read_code(entry: Entry, purchase: str | None) -> str | None:
    """What was read just before this message: the code of a purchase once, each presented one."""
    if is_first_charge(entry):
        return f"{purchase} {part(body(entry, 'request'), 'payer', 'auth_code')}"
    return str(purchase) if is_first_look(entry) else None


def _folded(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A question that gets the same answer again is the same arrow, counted."""
    shown: list[dict[str, Any]] = []
    newest: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for one in drawn:
        way = (one["source"], one["target"], one["purchase"])
        before = newest.get(way)
        if before is not None and one["same"] is not None and before["same"] == one["same"]:
            before.update(last=one["last"], times=before["times"] + 1)
            continue
        newest[way] = one
        shown.append(one)
    return [{name: said for name, said in one.items() if name != "same"} for one in shown]


def _same(entry: Entry) -> str | None:
    """What has to be equal for two questions to be one; None for what is no question."""
    if entry["method"] != "GET":
        return None
    said = (entry["path"], entry["status"], entry["fault"], entry["answer"]["body"])
    return json.dumps(said, sort_keys=True)


def _note(entry: Entry) -> str:
    if entry["status"] is None:
        return _("no answer")
    if str(entry["request"]["headers"].get(SIGNATURE, "")).startswith(PROBE):
        return _("a probe: signed wrongly on purpose")
    if entry["signature"]:
        return _("signed ✓") if entry["signature"] == "valid" else _("signature refused")
    if is_v3_request(entry):
        return _note_v3(entry)
    if entry["status"] not in _OK:
        error = body(entry, "answer").get("error")
        return str(error["code"]) if isinstance(error, dict) else ""
    return _("taken in") if is_v3_notice(entry) else ""


def _note_v3(entry: Entry) -> str:
    if entry["status"] == _UNSIGNED:
        return _("signature refused: see why")
    done = entry["status"] in _OK and entry["status"] != _ACCEPTED
    return _("signed ✓") if done else str(body(entry, "answer").get("code", ""))
