"""Merchants of the WeChat Pay dialect in a world: those of its plan, and those that come later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from vendor_sim.payments.assembly import WechatSettings
from vendor_sim.payments.wechat.merchants import credentials_of
from vendor_sim.payments.wechat.minting import MerchantSecrets
from vendor_sim.payments.wechat.store import KeyMode
from vendor_sim.world.keys import make_wechat_merchant
from vendor_sim.world.plan import MerchantPlan

if TYPE_CHECKING:
    from vendor_sim.payments.assembly import Wechat
    from vendor_sim.payments.wechat.store import Merchant
    from vendor_sim.world.build import Tuning, World
    from vendor_sim.world.control_portion import Portion
    from vendor_sim.world.keys import Keys
    from vendor_sim.world.plan import KeyModeName, MachinePlan, Plan

_OF_MACHINES = 16 * 10**8
"""Numbers of merchants who sell through machines that were added begin with 16."""
_MCHIDS = 10**8


def of(world: World | Portion) -> Wechat:
    """The dialect's part of the ledger service."""
    if world.payments is None:
        raise TypeError("this part of a world holds no ledger service")
    return world.payments.wechat


def settings(keys: Keys, tuning: Tuning, plan: Plan) -> WechatSettings:
    """How the dialect is set up, with the merchants of a plan.

    Raises:
        UnreadableKeysError: The keys are from before there was the dialect.
    """
    return WechatSettings(
        platform=keys.dialect.platform,
        rsa=tuning.rsa,
        merchants=tuple(keys.dialect.merchants[one.mchid] for one in plan.merchants),
        refund_ms=tuning.refund_ms,
        settle_ms=tuning.settle_ms,
    )


def plant(world: World) -> None:
    """Bring in the merchants of the plan; those that are there get their keys."""
    known = of(world).merchants
    known.reload()
    for merchant in world.plan.merchants:
        known.plant(world.keys.dialect.merchants[merchant.mchid])


def create(world: World | Portion, mchid: str | None, name: str | None, mode: KeyModeName) -> str:
    """Make a merchant; its number.

    Args:
        world: Where.
        mchid: Its number; None for the next that is free.
        name: What people call it.
        mode: With which of the platform's keys its answers are signed.

    Raises:
        Refused: ``exists``, or ``invalid`` naming what is wrong.
    """
    made = of(world).merchants.create(mchid, name, KeyMode(mode))
    world.learn(lambda keys: keys.with_wechat_merchant(_secrets_of(made)))
    return made.mchid


def make_for_machine(world: World, machine: MachinePlan) -> tuple[MachinePlan, Keys]:
    """The number and the secrets of the merchant who is to sell through a new machine.

    The same machine has the same merchant again after a reset. Nothing is written yet.
    """
    known = world.keys.dialect.merchants
    number = int.from_bytes(hashlib.sha256(machine.id.encode()).digest()[:8], "big")
    while True:
        mchid = str(_OF_MACHINES + number % _MCHIDS)
        if mchid not in known or known[mchid].name == machine.name:
            break
        number += 1
    keys = world.keys
    if mchid not in known:
        wanted = MerchantPlan(mchid, machine.name)
        secrets = make_wechat_merchant(
            keys, wanted, world.ids, world.tuning.rsa, world.clock.now_ms()
        )
        keys = keys.with_wechat_merchant(secrets)
    return replace(machine, mchid=mchid), keys


def credentials(keys: Keys, mchid: str, base_url: str) -> str:
    """What a machine that speaks the dialect is given: the same JSON as any merchant.

    Raises:
        UnreadableKeysError: The keys are from before there was the dialect.
    """
    known = keys.dialect
    return json.dumps(credentials_of(known.merchants[mchid], known.platform, base_url))


def _secrets_of(merchant: Merchant) -> MerchantSecrets:
    return MerchantSecrets(
        **{one.name: getattr(merchant, one.name) for one in fields(MerchantSecrets)}
    )
