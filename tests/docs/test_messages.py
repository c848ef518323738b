"""English is complete, and another language is a catalogue: no code."""

from __future__ import annotations

import runpy

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.docs.pages import DOCS
from tests.lab.fakes import AT_MS, FakeControls, FakeWorld
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.lab.app import create_stage
from vendor_sim.web import factory
from vendor_sim.world.build import simulate

SCRIPT = runpy.run_path(str(DOCS / "messages.py"))
MARK = "⟦"
PAGES = {
    "machine": ("/machine/", "/machine/lobby", "/machine/operator"),
    "wallet": ("/wallet/", "/wallet/new"),
    "ledger": ("/ledger/",),
    "stage": ("/",),
}


def test_the_list_of_texts_is_that_of_the_sources():
    there = SCRIPT["TEMPLATE"].read_bytes()
    assert SCRIPT["written"](SCRIPT["template"]()) == there, "run: make messages"


@pytest.fixture
def french(tmp_path, monkeypatch):
    """A catalogue that marks every text it translates, as if it were French."""
    catalog = Catalog(locale="fr")
    for text in SCRIPT["template"]():
        if text.id:
            forms = text.id if text.pluralizable else (text.id,)
            marked = tuple(f"{MARK}{form}" for form in forms)
            catalog.add(text.id, marked if text.pluralizable else marked[0])
    file = tmp_path / "fr" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as raw:
        write_mo(raw, catalog)
    monkeypatch.setattr(factory, "CATALOGUES", tmp_path)


@pytest.fixture
def apps(french):
    """The applications of a world, and the stage."""
    world = simulate()
    yield {
        "machine": world.machine.app,
        "wallet": world.wallet.app,
        "ledger": world.payments.app,
        "stage": create_stage(
            FakeWorld(), FakeControls(), VirtualClock(AT_MS), "secret", lambda: None
        ),
    }
    world.close()


@pytest.mark.parametrize("room", PAGES)
def test_a_catalogue_put_there_is_spoken_by_every_page(apps, room):
    client = apps[room].test_client()
    for path in PAGES[room]:
        told = {
            language: client.get(
                path,
                headers={"Accept": "text/html", "Accept-Language": language},
                follow_redirects=True,
            ).text
            for language in ("fr-CA,fr;q=0.9", "en-GB", "xx")
        }
        assert MARK in told["fr-CA,fr;q=0.9"], path
        assert '<html lang="fr"' in told["fr-CA,fr;q=0.9"], path
        assert MARK not in told["en-GB"] + told["xx"], path


def test_without_catalogues_english_is_spoken(tmp_path, monkeypatch):
    monkeypatch.setattr(factory, "CATALOGUES", tmp_path)
    assert factory.languages() == {"en": "en"}


def test_a_catalogue_is_found_under_the_name_that_browsers_use(tmp_path, monkeypatch):
    file = tmp_path / "zh_Hant" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setattr(factory, "CATALOGUES", tmp_path)
    assert factory.languages() == {"en": "en", "zh-Hant": "zh_Hant"}
