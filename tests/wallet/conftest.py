"""What the wallet's tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wallet.fakes import make_scene
from tests.wallet.phone import Phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wallet.fakes import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    """A wallet service with nothing in it."""
    made = make_scene()
    yield made
    made.wallet.outbound.close()
    made.door.close()


@pytest.fixture
def pete(scene: Scene) -> Scene:
    """The same with Pete's wallet in it, 100.00 CNY."""
    scene.open()
    return scene


@pytest.fixture
def phone(pete: Scene) -> Phone:
    """A browser signed in as Pete."""
    made = Phone(pete)
    made.sign_in()
    return made


@pytest.fixture
def stranger(pete: Scene) -> Phone:
    """A browser that is nobody's."""
    return Phone(pete)
