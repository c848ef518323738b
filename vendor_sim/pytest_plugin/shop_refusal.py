"""What the platform did not do for a shop; on its own, so that steps can know it at no cost."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is the platform's word, and no error of ours
    """What the shop asked for was not done, or nobody knows.

    Attributes:
        code: The platform's, like ``ORDERPAID``; ``202`` for "come again" without a word;
            ``nothing`` where no answer came.
        status: The HTTP status; None where there was no answer.
        inspect: Where the platform shows the request; None where nothing is to be seen.
    """

    def __init__(self, code: str, status: int | None = None, inspect: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.inspect = inspect
