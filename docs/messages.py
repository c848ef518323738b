"""Collects every text that people read: ``make messages``.

English stands in the sources. All services share one catalogue, ``vendor_sim/web/translations``:
``messages.pot`` lists the texts, and a language is a folder beside it, like
``fr/LC_MESSAGES/messages.po``. Begin one with::

    pybabel init -i vendor_sim/web/translations/messages.pot -d vendor_sim/web/translations -l fr

This script then keeps it up to date and compiles it; the pages find it by themselves.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "vendor_sim" / "web" / "translations"
TEMPLATE = CATALOGUES / "messages.pot"
_ROOMS = ("vendor_sim", "wallet")
_METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
_PASSING = re.compile(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By):')
_HEADER = "# Every text of Vendor Sim that people read."
_KEYWORDS = {**DEFAULT_KEYWORDS, "_": None}


def template() -> Catalog:
    """Every text in the sources, with the files it stands in."""
    catalog = Catalog(project="Vendor Sim", charset="utf-8", header_comment=_HEADER, fuzzy=False)
    for room in _ROOMS:
        found = extract_from_dir(ROOT / room, _METHODS, keywords=_KEYWORDS)
        for name, _, message, comments, context in found:
            place = (f"{room}/{Path(name).as_posix()}", 1)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def written(catalog: Catalog) -> bytes:
    """A catalogue as a file, the same for the same texts: without times and line numbers."""
    raw = io.BytesIO()
    write_po(raw, catalog, width=100, sort_by_file=True, include_lineno=False)
    lines = raw.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not _PASSING.match(line))


def main() -> None:
    """Write the template; bring every language up to date with it, and compile it."""
    texts = template()
    CATALOGUES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(written(texts))
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3])
        catalog.update(texts)
        path.write_bytes(written(catalog))
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
    sys.stdout.write(f"{len(texts)} texts\n")


if __name__ == "__main__":
    main()
