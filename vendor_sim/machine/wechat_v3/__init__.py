"""The port's adapter for WeChat Pay API v3."""

from vendor_sim.machine.wechat_v3.client import KeyRing
from vendor_sim.machine.wechat_v3.port import ABILITIES, WechatV3

__all__ = ["ABILITIES", "KeyRing", "WechatV3"]
