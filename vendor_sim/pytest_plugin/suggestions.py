"""What a step that nobody knows may have been meant to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_bdd.parser import Feature, Step


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_step_func_lookup_error(feature: Feature, step: Step, exception: Exception) -> None:
    """Add the nearest phrases, in the feature's language, to what pytest-bdd says."""
    from vendor_sim.pytest_plugin.phrases.book import book  # noqa: PLC0415 - read when needed
    from vendor_sim.pytest_plugin.phrases.writing import ours  # noqa: PLC0415 - as above

    language = ours(feature.language)
    nearest = book().nearest(step.name, language, step.type)
    lines = [*("", "Did you mean one of these?"), *(f"  {shown}" for shown in nearest)]
    lines += [f"All of them: vendor-sim steps --language {language}"]
    exception.args = ("\n".join([*map(str, exception.args), *lines]),)
