"""``vendor-sim run``: a shop written for production, with no line of it changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.worlds import CERT, PUBKEY, SWITCHING

pytestmark = pytest.mark.network
SHOP = Path(__file__).with_name("shop.py")
TOLD = """\
paid: True 900
query: SUCCESS
refund: PROCESSING
refunded: SUCCESS
query: REFUND
closed: CLOSED
"""


@pytest.fixture
def vendor_sim(running, tmp_path):
    """The command as people type it, against the running world; what was started is ended."""
    started = []

    def command(*words: str) -> subprocess.Popen[str]:
        told = [sys.executable, "-W", "error", "-m", "vendor_sim.cli", *words]
        made = subprocess.Popen(
            told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        )
        started.append(made)
        return made

    yield command
    for one in started:
        one.kill()
        one.communicate()


def test_it_has_no_line_about_us() -> None:
    text = SHOP.read_text("utf-8").lower()
    assert not [word for word in ("vendor", "gate_way", "proxy", "8000") if word in text]


@pytest.mark.parametrize("mchid", [PUBKEY, CERT, SWITCHING])
def test_a_shop_runs_as_it_is(running, vendor_sim, tmp_path, mchid) -> None:
    files = tmp_path / "files"
    export = vendor_sim("merchant", "export", mchid, "--url", running.base, "--out", str(files))
    assert export.wait(30) == 0, export.stderr.read()
    command = [sys.executable, "-W", "error", str(SHOP), str(files)]
    shop = vendor_sim("run", "--url", running.base, "--", *command)
    line = shop.stdout.readline()
    assert line.startswith("pay: weixin://wxpay/bizpayurl?pr="), shop.stderr.read()
    running.pay(line.removeprefix("pay: ").strip())
    out, error = shop.communicate(timeout=60)
    assert (out, error, shop.returncode) == (TOLD, "", 0)
    running.assert_books_balance()


def test_without_us_it_reaches_nobody_here(running, vendor_sim, tmp_path) -> None:
    """Its keys are worth nothing elsewhere; it fails before it is asked for money."""
    files = tmp_path / "files"
    export = vendor_sim("merchant", "export", CERT, "--url", running.base, "--out", str(files))
    assert export.wait(30) == 0
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "PATH": os.environ["PATH"]}
    alone = subprocess.run(
        [sys.executable, str(SHOP), str(files)],
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert alone.returncode != 0
    assert "ProxyError" in alone.stderr
    assert alone.stdout == ""
