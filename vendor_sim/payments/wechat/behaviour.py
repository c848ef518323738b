"""What production does to merchants, provoked on purpose: how a wish reads, what it makes answer.

The store keeps a :class:`~vendor_sim.payments.wechat.store.Behaviour` for each merchant; the gate
asks :func:`provoked` before it carries a request out, the envelope looks at ``notify``, the
platform's keyring at ``key``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat import problems
from vendor_sim.payments.wechat.calls import Answer
from vendor_sim.payments.wechat.store import Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.problems import WechatError

    Json = dict[str, Any]

_ERRORS: dict[str, Callable[[], WechatError]] = {
    row.code: row
    for row in (
        *(problems.frequency_limited, problems.system_error, problems.bank_error),
        *(problems.no_auth, problems.rule_limit, problems.trade_error, problems.not_enough),
        *(problems.account_error, problems.user_account_abnormal),
    )
} | {"SERVICE_UNAVAILABLE": problems.service_unavailable}
"""Refusals that a merchant can ask to meet: what no request of its own could bring about here."""
WORDS = {
    "notify": ("once", "twice", "late", "reordered", "spaced_json", "signtest", "lost"),
    "answer": ("normal", "accepted", *_ERRORS),
    "key": ("cert", "pubkey", "switching", "rollover"),
    "refund": ("normal", "abnormal", "closed"),
}
"""Every word a wish may use. ``refund`` is ours: without it no refund here would ever fail."""
TIMES_MAX = 1_000_000
"""A wish for more is one without ``times``."""
ACCEPTED = Answer(raw=b"", status=202)
"""What "accepted" answers, signed as every 2xx is. The documents give the status and "repeat it
with the same parameters" (chapter1_6); that the body is empty is unverified."""
_COUNTED = ("notify", "answer")


class Behaving:
    """Reads wishes and hands them to the merchants."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants

    def wish(self, mchid: str, document: Any) -> Json:
        """Change how the platform treats a merchant; what a wish does not name is normal again.

        Args:
            mchid: The merchant.
            document: ``{"notify", "times", "answer", "key", "refund"}``, each optional.

        Returns:
            The behaviour in force, as :func:`behaviour_view` writes it.

        Raises:
            Refused: ``not_found``; ``invalid`` names the field and the words that are known.
        """
        self._merchants.find(mchid)
        return behaviour_view(self._merchants.behave(mchid, **read(document)))

    def state(self, mchid: str) -> Json:
        """The behaviour in force.

        Raises:
            Refused: ``not_found``.
        """
        self._merchants.find(mchid)
        return behaviour_view(self._merchants.behaviour(mchid))


def read(document: Any) -> Json:
    """A wish as the fields of a whole behaviour.

    What is null is not named, so that an answer can be sent back as it came. ``times`` counts down
    whichever of ``notify`` and ``answer`` the wish names; without it they last until the next wish.

    Raises:
        Refused: ``invalid`` names the field and the words that are known.
    """
    if not isinstance(document, dict):
        raise Refused(Code.INVALID, "a wish is a JSON object like {} or {'notify': 'twice'}")
    known = (*WORDS, "times")
    unknown = next((name for name in document if name not in known), None)
    if unknown is not None:
        raise Refused(Code.INVALID, f"a wish has only {_listed(known)}", str(unknown))
    document = {name: word for name, word in document.items() if word is not None}
    for name, words in WORDS.items():
        if name in document and document[name] not in words:
            raise Refused(Code.INVALID, f"{name} is one of {_listed(words)}", name)
    normal = Behaviour()
    chosen = {name: document.get(name, getattr(normal, name)) for name in WORDS}
    times = _times(document)
    counts = {
        f"{name}_left": None if chosen[name] == getattr(normal, name) else times
        for name in _COUNTED
    }
    return {**chosen, **counts}


def behaviour_view(behaviour: Behaviour) -> Json:
    """A behaviour for the control plane and the console.

    Returns:
        ``notify``, ``notify_left``, ``answer``, ``answer_left``, ``key`` (None: as the merchant
        was made), ``refund``; the counts are None where there is no end to it.
    """
    return {
        "notify": behaviour.notify,
        "notify_left": behaviour.notify_left,
        "answer": behaviour.answer,
        "answer_left": behaviour.answer_left,
        "key": behaviour.key,
        "refund": behaviour.refund,
    }


def provoked(behaviour: Behaviour) -> WechatError | Answer | None:
    """What a request is answered instead of being carried out; None where it is carried out."""
    if behaviour.answer in _ERRORS:
        return _ERRORS[behaviour.answer]()
    return ACCEPTED if behaviour.answer == "accepted" else None


def _times(document: Json) -> int | None:
    if "times" not in document:
        return None
    times = document["times"]
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= TIMES_MAX:
        raise Refused(Code.INVALID, f"times is a whole number from 1 to {TIMES_MAX}", "times")
    if not any(name in document for name in _COUNTED):
        raise Refused(Code.INVALID, f"times counts {_listed(_COUNTED)}: name one", "times")
    return times


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
