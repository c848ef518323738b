"""Sentences for people that are not in a template. Each goes through the catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import get_template_attribute
from flask_babel import gettext as _
from flask_babel import ngettext

from vendor_sim.kernel.limits import PIN_ATTEMPTS_MAX
from vendor_sim.kernel.problems import Code, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = "wallet/_words.html"


def exactly(scan: Mapping[str, Any]) -> dict[str, Any]:
    """A scan for a template, which tells *held* from *captured* where programs see *paid*."""
    return {**scan, "state": scan["exact_state"]}


def told(scan: Mapping[str, Any]) -> dict[str, str]:
    """What the payment page says of a scan: which view, its heading, and the sentence below."""
    scan = exactly(scan)
    view = _word("view", scan)
    refused = view == "refused"
    title = _word("refusal_title", scan) if refused else _word("headline", view, scan)
    return {"view": view, "title": title, "sentence": _word("explanation", view, scan)}


def pin_problem(problem: Problem, wrong_pins: int, locked_ms: int) -> Refused:
    """A problem of saying yes, in words for the person who pays; the PIN is not repeated."""
    if problem.code is Code.WRONG_PIN:
        left = PIN_ATTEMPTS_MAX - wrong_pins
        tries = ngettext("%(num)s try left.", "%(num)s tries left.", left)
        return Refused(problem.code, _("That is not the PIN.") + " " + tries, "pin")
    if problem.code is Code.PIN_LOCKED:
        seconds = -(-locked_ms // 1000)
        text = ngettext(
            "Too many wrong PINs. Try again in %(num)s second.",
            "Too many wrong PINs. Try again in %(num)s seconds.",
            seconds,
        )
        return Refused(problem.code, text, "pin")
    return Refused(problem.code, _word("reason_words", problem.code.value), problem.where)


def picture_problem(problem: Problem) -> Problem:
    """Why a picture could not be used, in words for the person who chose it."""
    if problem.where != "picture":
        return problem
    texts = {
        Code.TOO_LARGE: _("That picture is too large. 8 MB and 24 megapixels are the most."),
        Code.MALFORMED: _("That is no picture this wallet can read. Use PNG, JPEG or WebP."),
        Code.INVALID: _("There is no QR code in that picture. Try a sharper or closer one."),
    }
    return Problem(problem.code, texts.get(problem.code, problem.detail), problem.where)


def _word(macro: str, *given: Any) -> str:
    return str(get_template_attribute(_WORDS, macro)(*given)).strip()
