"""What the tests of the dialect begin with; each has a platform of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payments.turns import Turns
from tests.payments.wechat.mall import make_mall
from tests.payments.wechat.refund_desk import Desk
from tests.payments.wechat.till import Till

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.payments.wechat.mall import Mall
    from tests.payments.wechat.shop import Shop


@pytest.fixture
def mall() -> Iterator[Mall]:
    made = make_mall()
    yield made
    Turns.of(made.payments).close()
    made.door.close()


@pytest.fixture
def shop(mall: Mall) -> Shop:
    """The merchant in public-key mode."""
    return mall.shop


@pytest.fixture
def till() -> Iterator[Till]:
    made = Till()
    yield made
    made.close()


@pytest.fixture
def paid(till: Till) -> Till:
    """A till with order_1 paid."""
    till.pay(till.create()["code_url"], till.payer())
    return till


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()
