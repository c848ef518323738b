"""How machines, merchants and wallets come into a world: at its start, and later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import MINUTE_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine import assembly as machine_assembly
from vendor_sim.payments import assembly as payments_assembly
from vendor_sim.world import merchants
from vendor_sim.world.keys import make_merchant_keys

if TYPE_CHECKING:
    from vendor_sim.world.build import Tuning, World
    from vendor_sim.world.keys import Keys, MerchantKeys
    from vendor_sim.world.plan import MachinePlan, WalletPlan

PROVIDER = "mock-wallet"
READY_MAX_MS = MINUTE_MS
"""Opening an account takes two messages; a minute covers losing some."""


def plant(world: World) -> None:
    """Bring in what the plan says; what is there already stays as it is."""
    world.payments.service.parties.reload()
    world.payments.service.parties.add_provider(provider_seed(world.keys, world.tuning))
    merchants.plant(world)
    known = {machine["id"] for machine in world.machine.service.machines()}
    for machine in world.plan.machines:
        if machine.speaks == "v1":
            world.payments.service.add_merchant(merchant_seed(machine, world.keys, world.tuning))
        if machine.id not in known:
            world.machine.service.add_machine(machine_seed(machine, world.keys, world.tuning))
    opened = {wallet["id"] for wallet in world.wallet.service.wallets()}
    for wallet in world.plan.wallets:
        if wallet.id not in opened:
            _open(world, wallet)


def all_ready(world: World) -> bool:
    """Whether every wallet has its account and its money."""
    return all(wallet["state"] == "ready" for wallet in world.wallet.service.wallets())


def add_machine(world: World, machine: MachinePlan) -> dict[str, Any]:
    """Set up a machine and the merchant who sells through it.

    Raises:
        Refused: ``exists``, or ``invalid`` naming what is wrong.
    """
    if machine.id in {known["id"] for known in world.machine.service.machines()}:
        raise Refused(Code.EXISTS, f"there is a machine {machine.id!r} already", "id")
    add = _add_v1_machine if machine.speaks == "v1" else _add_wechat_machine
    added = add(world, machine)
    world.driver.wake()
    return added


def _add_v1_machine(world: World, machine: MachinePlan) -> dict[str, Any]:
    merchant_id = machine.merchant_id
    made = world.keys.merchants.get(merchant_id) or make_merchant_keys(world.ids, merchant_id)
    keys = world.keys.with_merchant(merchant_id, made)
    added = world.machine.service.add_machine(machine_seed(machine, keys, world.tuning))
    world.payments.service.add_merchant(merchant_seed(machine, keys, world.tuning))
    world.learn(lambda known: known.with_merchant(merchant_id, made))
    return added


def _add_wechat_machine(world: World, machine: MachinePlan) -> dict[str, Any]:
    machine, keys = merchants.make_for_machine(world, machine)
    made = keys.dialect.merchants[machine.merchant_id]
    added = world.machine.service.add_machine(machine_seed(machine, keys, world.tuning))
    world.payments.wechat.merchants.plant(made)
    world.learn(lambda known: known.with_wechat_merchant(made))
    return added


def add_wallet(world: World, wallet: WalletPlan) -> dict[str, Any]:
    """Open a wallet and wait until it holds its money.

    Raises:
        Refused: ``exists``, or ``invalid`` naming what is wrong.
    """
    _open(world, wallet)
    world.learn(lambda known: known.with_pin(wallet.id, wallet.pin))
    world.driver.wake()

    def there() -> dict[str, Any] | None:
        found = world.wallet.service.wallet(wallet.id)
        return found if found["state"] == "ready" else None

    found = there() or world.driver.until(there, READY_MAX_MS)
    return found or world.wallet.service.wallet(wallet.id)


def _open(world: World, wallet: WalletPlan) -> None:
    world.wallet.service.open_wallet(
        wallet.id, wallet.name, wallet.currency, wallet.pin, wallet.balance_minor
    )


def merchant_seed(
    machine: MachinePlan, keys: Keys, tuning: Tuning
) -> payments_assembly.MerchantSeed:
    """The merchant who sells through a machine."""
    held = _keys_of(machine, keys)
    return payments_assembly.MerchantSeed(
        id=machine.merchant_id,
        name=machine.name,
        api_key=held.api_key,
        hook_url=f"{tuning.machine_url}/machine/hooks/payments/{machine.id}",
        hook_secrets=(held.hook_secret,),
    )


def provider_seed(keys: Keys, tuning: Tuning) -> payments_assembly.ProviderSeed:
    """The wallet, as the ledger service knows it."""
    return payments_assembly.ProviderSeed(
        id=PROVIDER,
        name="Mock wallet",
        api_key=keys.provider.api_key,
        hook_url=f"{tuning.wallet_url}/wallet/hooks/payments",
        hook_secrets=(keys.provider.hook_secret,),
    )


def machine_seed(machine: MachinePlan, keys: Keys, tuning: Tuning) -> machine_assembly.MachineSeed:
    """A machine as it begins.

    Raises:
        UnreadableKeysError: It speaks WeChat Pay, and the keys are from before there was that.
    """
    return machine_assembly.MachineSeed(
        id=machine.id,
        name=machine.name,
        takes=machine.takes,
        currency=machine.currency,
        merchant_id=machine.merchant_id,
        credentials=_credentials(machine, keys, tuning),
        hook_secrets=(_keys_of(machine, keys).hook_secret,) if machine.speaks == "v1" else (),
        slots=tuple(
            machine_assembly.SlotSeed(slot.slot, slot.product, slot.price_minor, slot.stock)
            for slot in machine.slots
        ),
        speaks=machine.speaks,
    )


def _credentials(machine: MachinePlan, keys: Keys, tuning: Tuning) -> str:
    if machine.speaks == "v1":
        return _keys_of(machine, keys).api_key
    return merchants.credentials(keys, machine.merchant_id, tuning.ledger_url)


def _keys_of(machine: MachinePlan, keys: Keys) -> MerchantKeys:
    return keys.merchants[machine.merchant_id]
