"""Changes the tables too, and holds all of it against what may go unnoticed: ``make mutants``.

Where they agree, the figures of the run go into ``docs/mutants.md``.
"""

from __future__ import annotations

import sys

from tests.mutation.accepted import LIST, accepted, reasons
from tests.mutation.changes import complaints, last_run
from tests.mutation.page import PAGE, figures, rewritten, survivors
from tests.mutation.trying import tables_run


def main() -> int:
    """Judge the last run, and the tables; 1 where they and the list disagree."""
    run = last_run() + tables_run()
    wrong = complaints(run, accepted())
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    noticed = run.made.total() - run.unnoticed.total() - len(run.unjudged)
    sys.stdout.write(f"changes={run.made.total()} noticed={noticed}")
    sys.stdout.write(f" unnoticed={run.unnoticed.total()} unjudged={len(run.unjudged)}\n")
    if wrong or not run.made:
        sys.stdout.write(f"A test is missing, or {LIST.name} is not true any more.\n")
        return 1
    page = rewritten(PAGE.read_text("utf-8"), "figures", figures(run))
    PAGE.write_text(rewritten(page, "survivors", survivors(reasons())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
