"""Who may call: merchants, providers and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import SECRET, START_MS, refused, settings
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.assembly import MerchantSeed, ProviderSeed, assemble
from vendor_sim.payments.domain import Role

if TYPE_CHECKING:
    from tests.payments.conftest import Platform

GOOD = {"id": "m_new", "name": "New", "api_key": "key-new"}


def again(platform: Platform, **changes: Any) -> Any:
    """The platform assembled once more over the same database."""
    clock = VirtualClock(START_MS)
    return assemble(settings(**changes), platform.door, clock, SeededIds("x"), platform.hooks)


def test_a_merchant_added_later_may_call_at_once(platform: Platform) -> None:
    parties = platform.payments.service.parties
    with refused(Code.UNAUTHENTICATED, "Authorization"):
        parties.authenticate("key-new")
    platform.payments.service.add_merchant(MerchantSeed(**GOOD))
    assert parties.authenticate("key-new").id == "m_new"
    ids = [one["id"] for one in platform.payments.service.merchants()]
    assert ids == ["m_lobby", "m_new", "m_quiet"]
    assert [one["id"] for one in platform.payments.service.browsing.providers()] == (
        ["other", "wallet"]
    )


def test_a_changed_key_closes_the_old_one(platform: Platform) -> None:
    parties = platform.payments.service.parties
    platform.payments.service.add_merchant(MerchantSeed(**GOOD))
    platform.payments.service.add_merchant(MerchantSeed(**{**GOOD, "api_key": "key-newer"}))
    assert parties.authenticate("key-newer").id == "m_new"
    with refused(Code.UNAUTHENTICATED):
        parties.authenticate("key-new")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"id": "a b"}, "id"),
        ({"id": ""}, "id"),
        ({"api_key": ""}, "api_key"),
        ({"api_key": "clé"}, "api_key"),
        ({"hook_secrets": ("whsec_!",)}, "hook_secrets"),
        ({"hook_url": "http://machine/hook"}, "hook_url"),
        ({"hook_url": "ftp://machine/hook", "hook_secrets": (SECRET,)}, "hook_url"),
        ({"hook_url": "http://", "hook_secrets": (SECRET,)}, "hook_url"),
        ({"hook_url": "http://x:99999/", "hook_secrets": (SECRET,)}, "hook_url"),
        ({"hook_url": "http://[x/", "hook_secrets": (SECRET,)}, "hook_url"),
    ],
    ids=str,
)
def test_a_wrong_seed_is_refused_by_its_field(
    platform: Platform, changes: dict[str, Any], where: str
) -> None:
    with refused(Code.INVALID, where):
        platform.payments.service.add_merchant(MerchantSeed(**{**GOOD, **changes}))


def test_one_key_opens_one_door(platform: Platform) -> None:
    with refused(Code.EXISTS, "api_key"):
        platform.payments.service.add_merchant(MerchantSeed("m_new", "New", "key-m1"))
    with refused(Code.EXISTS, "api_key"):
        platform.payments.service.parties.add_provider(ProviderSeed("m_lobby", "New", "key-m1"))


def test_assembling_again_knows_everybody_and_writes_nothing(platform: Platform) -> None:
    platform.payments.service.add_merchant(MerchantSeed(**GOOD))
    platform.payments.service.parties.suspend("m_quiet", suspended=True)
    wrote: list[frozenset[str]] = []
    platform.door.on_commit(wrote.append)
    second = again(platform)
    assert wrote == []
    assert second.service.parties.authenticate("key-new").id == "m_new"
    assert second.service.parties.find(Role.MERCHANT, "m_quiet").suspended


def test_a_suspended_merchant_stays_so_when_it_is_seeded_again(platform: Platform) -> None:
    platform.payments.service.parties.suspend("m_quiet", suspended=True)
    second = again(platform, merchants=(MerchantSeed("m_quiet", "Renamed", "key-m2"),))
    quiet = second.service.parties.find(Role.MERCHANT, "m_quiet")
    assert (quiet.name, quiet.suspended) == ("Renamed", True)


def test_only_a_known_merchant_can_be_suspended(platform: Platform) -> None:
    with refused(Code.NOT_FOUND):
        platform.payments.service.parties.suspend("m_nobody", suspended=True)


def test_reloading_forgets_who_is_gone(platform: Platform) -> None:
    platform.door.transact(lambda cx: cx.exec_driver_sql("DELETE FROM party WHERE id = 'm_quiet'"))
    platform.payments.service.parties.reload()
    with refused(Code.UNAUTHENTICATED):
        platform.payments.service.parties.authenticate("key-m2")
    assert platform.payments.service.parties.authenticate("key-m1").id == "m_lobby"
