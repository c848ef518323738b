"""Every secret of a world in one document: made once, kept where only its owner reads."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_token
from vendor_sim.wire.signing import secret_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.world.plan import Plan

_HOOK_KEY_BYTES = 32
_OWNER_ONLY = 0o600


class UnreadableKeysError(ValueError):
    """The file holds no such document; the message says which file and what is wrong."""


@dataclass(frozen=True, slots=True, repr=False)
class MerchantKeys:
    """What a merchant proves itself with, and checks notices with."""

    api_key: str
    hook_secret: str


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Every secret of a world.

    Attributes:
        operator_password: For the machines' operator pages.
        console_password: For the ledger service's console.
        control_token: For ``/_world`` from another host.
        provider: The wallet's key at the ledger service and the secret of its hook.
        machine_session, payments_session, wallet_session, lab_session: Sign the cookies.
        merchants: By merchant id.
        pins: By wallet id: for the tools that pay as a person would. Wallets that a person opened
            are not here.
    """

    operator_password: str
    console_password: str
    control_token: str
    provider: MerchantKeys
    machine_session: str
    payments_session: str
    wallet_session: str
    lab_session: str
    merchants: Mapping[str, MerchantKeys]
    pins: Mapping[str, str]

    def with_merchant(self, merchant_id: str, keys: MerchantKeys) -> Keys:
        """The same, knowing one merchant more."""
        return replace(self, merchants={**self.merchants, merchant_id: keys})

    def with_pin(self, wallet_id: str, pin: str) -> Keys:
        """The same, knowing one wallet's PIN more."""
        return replace(self, pins={**self.pins, wallet_id: pin})

    def secrets(self) -> list[str]:
        """What must never be shown: all but the PINs, which are too short to look for."""
        held = [self.provider, *self.merchants.values()]
        named = [text for keys in held for text in (keys.api_key, keys.hook_secret)]
        return [
            *(self.operator_password, self.console_password, self.control_token),
            *(self.machine_session, self.payments_session, self.wallet_session, self.lab_session),
            *named,
        ]


def make_keys(ids: Ids, plan: Plan) -> Keys:
    """Fresh secrets for a world that begins with this plan."""
    return Keys(
        operator_password=new_token(ids, "operator_password"),
        console_password=new_token(ids, "console_password"),
        control_token=new_token(ids, "control_token"),
        provider=make_merchant_keys(ids, "provider"),
        machine_session=new_token(ids, "machine_session"),
        payments_session=new_token(ids, "payments_session"),
        wallet_session=new_token(ids, "wallet_session"),
        lab_session=new_token(ids, "lab_session"),
        merchants={
            machine.merchant_id: make_merchant_keys(ids, machine.merchant_id)
            for machine in plan.machines
        },
        pins={wallet.id: wallet.pin for wallet in plan.wallets},
    )


def make_merchant_keys(ids: Ids, name: str) -> MerchantKeys:
    """Fresh secrets for one merchant or provider."""
    hook_key = ids.raw(f"hook of {name}", _HOOK_KEY_BYTES)
    return MerchantKeys(f"key_{new_token(ids, f'key of {name}')}", secret_text(hook_key))


def save_keys(keys: Keys, path: Path) -> None:
    """Write the document, readable by its owner only, all of it or nothing.

    Raises:
        OSError: The folder cannot be written.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(keys), file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def load_keys(path: Path) -> Keys:
    """Read the document.

    Raises:
        UnreadableKeysError: It is no such document.
        OSError: The file cannot be read.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        held = {name: _merchant(part) for name, part in document.pop("merchants").items()}
        provider = _merchant(document.pop("provider"))
        return Keys(**document, provider=provider, merchants=held)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableKeysError(f"{path} holds no keys of this program: {error}") from None


def _merchant(document: Any) -> MerchantKeys:
    return MerchantKeys(**document)
