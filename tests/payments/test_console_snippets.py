"""Code to copy: every merchant's own numbers, and no secret."""

from __future__ import annotations

import ast
import shutil
import subprocess

import pytest

from tests.payments.console_rig import open_desk
from tests.payments.wechat.mall import CERT, PUBKEY, SWITCHING
from vendor_sim.payments.app.console_snippets import BASE, SDKS, UNCHANGED, snippets_for

WORLD = "http://127.0.0.1:8000"
EVERY = [(mchid, sdk.key) for mchid in (PUBKEY, CERT, SWITCHING) for sdk in SDKS]


@pytest.fixture(scope="module")
def snippets():
    with open_desk() as desk, desk.mall.payments.app.test_request_context():
        window = desk.mall.wechat.window
        merchants = {
            one["mchid"]: window.merchant(one["mchid"], WORLD) for one in window.merchants()
        }
        return {
            mchid: (merchant, {(one.sdk.key, one.way): one for one in snippets_for(merchant)})
            for mchid, merchant in merchants.items()
        }


@pytest.mark.parametrize(("mchid", "sdk"), EVERY)
def test_a_snippet_names_the_merchant_and_its_files(snippets, mchid, sdk):
    merchant, made = snippets[mchid]
    for way in (BASE, UNCHANGED):
        text = made[sdk, way].text
        assert f"{mchid}" in text
        assert merchant["appid"] in text
        assert "apiclient_key.pem" in text
        if sdk != "node":  # it reads the number from the certificate
            assert merchant["merchant_serial"] in text


@pytest.mark.parametrize(("mchid", "sdk"), EVERY)
def test_only_the_way_by_base_address_knows_where_the_world_is(snippets, mchid, sdk):
    _, made = snippets[mchid]
    assert WORLD in made[sdk, BASE].text
    assert "vendor-sim" not in made[sdk, BASE].run
    assert WORLD not in made[sdk, UNCHANGED].text
    assert made[sdk, UNCHANGED].run == f"vendor-sim run --url {WORLD} -- {made[sdk, BASE].run}"


@pytest.mark.parametrize("sdk", ["python", "axios", "java", "go", "php"])
def test_who_verifies_gets_the_key_that_its_merchant_is_signed_to_with(snippets, sdk):
    for mchid, file in ((PUBKEY, "pub_key.pem"), (CERT, "platform_cert.pem")):
        merchant, made = snippets[mchid]
        assert file in made[sdk, BASE].text
        assert (merchant["public_key_id"] in made[sdk, BASE].text) == (mchid == PUBKEY)


@pytest.mark.parametrize("sdk", ["axios", "php"])
def test_who_asks_for_no_key_gets_both_while_the_merchant_switches(snippets, sdk):
    merchant, made = snippets[SWITCHING]
    for serial in (merchant["public_key_id"], merchant["platform_serial"]):
        assert serial in made[sdk, BASE].text


@pytest.mark.parametrize("mchid", [PUBKEY, CERT, SWITCHING])
def test_the_python_snippet_is_python(snippets, mchid):
    for way in (BASE, UNCHANGED):
        assert ast.parse(snippets[mchid][1]["python", way].text).body


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
def test_the_shell_snippet_is_shell(snippets):
    for way in (BASE, UNCHANGED):
        text = snippets[PUBKEY][1]["curl", way].text
        checked = subprocess.run(["sh", "-n"], input=text, text=True, check=False)
        assert checked.returncode == 0


@pytest.mark.parametrize(("mchid", "sdk"), EVERY)
def test_braces_and_brackets_of_a_snippet_are_closed(snippets, mchid, sdk):
    for way in (BASE, UNCHANGED):
        text = snippets[mchid][1][sdk, way].text
        for opened, closed in ("()", "[]", "{}"):
            assert text.count(opened) == text.count(closed)
        assert "\n\n\n" not in text
        assert "{%" not in text
