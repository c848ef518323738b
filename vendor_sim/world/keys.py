"""Every secret of a world in one document: made once, kept where only its owner reads."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_token
from vendor_sim.payments.wechat.minting import (
    CertificateSecrets,
    MerchantSecrets,
    PlatformSecrets,
    mint_merchant,
    mint_platform,
)
from vendor_sim.payments.wechat.store import KeyMode
from vendor_sim.wire.signing import secret_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.wechat.minting import RsaSource
    from vendor_sim.world.plan import MerchantPlan, Plan

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
class WechatKeys:
    """The secrets of the WeChat Pay dialect.

    Attributes:
        platform: What the platform signs with.
        merchants: What each merchant holds, by its number.
    """

    platform: PlatformSecrets
    merchants: Mapping[str, MerchantSecrets]

    def secrets(self) -> list[str]:
        """What must never be shown."""
        platform = [one.private_key for one in self.platform.certificates]
        merchants = [
            text for one in self.merchants.values() for text in (one.private_key, one.apiv3_key)
        ]
        return [self.platform.public_key_private, *platform, *merchants]


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
        wechat: Of the WeChat Pay dialect; None until :func:`complete` has made them.
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
    wechat: WechatKeys | None = None

    @property
    def dialect(self) -> WechatKeys:
        """The secrets of the WeChat Pay dialect.

        Raises:
            UnreadableKeysError: They were never made.
        """
        if self.wechat is None:
            raise UnreadableKeysError("these keys are from before WeChat Pay; make them anew")
        return self.wechat

    def with_wechat_merchant(self, merchant: MerchantSecrets) -> Keys:
        """The same, knowing one WeChat Pay merchant more."""
        known = self.dialect
        held = {**known.merchants, merchant.mchid: merchant}
        return replace(self, wechat=replace(known, merchants=held))

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
            *(self.wechat.secrets() if self.wechat else ()),
        ]


def make_keys(ids: Ids, plan: Plan) -> Keys:
    """Fresh secrets for a world that begins with this plan, but for :func:`complete`'s."""
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
            if machine.speaks == "v1"
        },
        pins={wallet.id: wallet.pin for wallet in plan.wallets},
    )


def complete(keys: Keys, plan: Plan, ids: Ids, rsa: RsaSource, now_ms: int) -> Keys:
    """The same secrets, with those of the WeChat Pay dialect that the plan needs made as well.

    Keys that were made before there was the dialect have none; what is there stays.

    Args:
        keys: What there is.
        plan: Names the merchants.
        ids: Where serial numbers and symmetric keys come from.
        rsa: Where private keys come from.
        now_ms: Certificates begin now.
    """
    if keys.wechat is None:
        keys = replace(keys, wechat=WechatKeys(mint_platform(rsa, ids, now_ms), {}))
    for merchant in plan.merchants:
        if merchant.mchid not in keys.dialect.merchants:
            keys = keys.with_wechat_merchant(make_wechat_merchant(keys, merchant, ids, rsa, now_ms))
    return keys


def make_wechat_merchant(
    keys: Keys, merchant: MerchantPlan, ids: Ids, rsa: RsaSource, now_ms: int
) -> MerchantSecrets:
    """Fresh secrets for one merchant of the WeChat Pay dialect."""
    mode = KeyMode(merchant.key_mode)
    return mint_merchant(
        rsa, ids, now_ms, merchant.mchid, merchant.name, mode, keys.dialect.platform
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
        wechat = _wechat(document.pop("wechat", None))
        return Keys(**document, provider=provider, merchants=held, wechat=wechat)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableKeysError(f"{path} holds no keys of this program: {error}") from None


def _merchant(document: Any) -> MerchantKeys:
    return MerchantKeys(**document)


def _wechat(document: Any) -> WechatKeys | None:
    if document is None:
        return None
    platform = document["platform"]
    first, following = (CertificateSecrets(**one) for one in platform.pop("certificates"))
    return WechatKeys(
        PlatformSecrets(**platform, certificates=(first, following)),
        {mchid: _wechat_merchant(part) for mchid, part in document["merchants"].items()},
    )


def _wechat_merchant(document: Any) -> MerchantSecrets:
    mode = KeyMode(document.pop("key_mode"))
    return MerchantSecrets(**document, key_mode=mode)
