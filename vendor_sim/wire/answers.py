"""The one shape of an error, over every HTTP surface of ours.

``{"error": {"code": "sold_out", "message": "…", "where": null, "transient": false}}``
"""

from __future__ import annotations

from typing import Any

from vendor_sim.kernel.problems import Code, Problem


def error_body(problem: Problem) -> dict[str, Any]:
    """The JSON body that tells a problem."""
    return {
        "error": {
            "code": problem.code.value,
            "message": problem.detail,
            "where": problem.where,
            "transient": problem.transient,
        }
    }


def problem_of(body: Any, status: int) -> Problem:
    """Read the problem out of an error answer; one that is not in our shape is ``unavailable``."""
    try:
        error = body["error"]
        return Problem(Code(error["code"]), str(error["message"]), error["where"])
    except (KeyError, TypeError, ValueError):
        return Problem(Code.UNAVAILABLE, f"the service answered {status} in a shape unknown here")
