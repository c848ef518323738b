"""Code to copy: a merchant's first order, with the SDKs that merchants use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE, UNCHANGED = "base", "unchanged"
"""The two ways to get here: by base address, or with no line changed, through a proxy."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """A way to speak the API.

    Attributes:
        key: Names its template.
        label: What people call it.
        install: The command that brings it.
        file: What the snippet is saved as.
        run: The command that runs it.
    """

    key: str
    label: str
    install: str
    file: str
    run: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code for one merchant.

    Attributes:
        way: One of the two.
        run: How to run it that way.
        text: The code; it reads secrets from the merchant's files and holds none.
    """

    sdk: Sdk
    way: str
    run: str
    text: str


SDKS = (
    Sdk("python", "Python", "pip install wechatpayv3", "pay.py", "python pay.py"),
    Sdk("node", "Node", "npm install wechatpay-node-v3", "pay.mjs", "node pay.mjs"),
    Sdk("axios", "Node, axios", "npm install wechatpay-axios-plugin", "pay.mjs", "node pay.mjs"),
    Sdk(
        "java", "Java", "com.github.wechatpay-apiv3:wechatpay-java", "Pay.java", "mvn -q exec:java"
    ),
    Sdk("go", "Go", "go get github.com/wechatpay-apiv3/wechatpay-go", "pay.go", "go run pay.go"),
    Sdk("php", "PHP", "composer require wechatpay/wechatpay", "pay.php", "php pay.php"),
    Sdk("curl", "curl", "curl, openssl", "pay.sh", "sh pay.sh"),
)


def snippets_for(merchant: Mapping[str, Any]) -> list[Snippet]:
    """Every snippet for a merchant, both ways of each SDK beside each other.

    Args:
        merchant: As ``WechatWindow.merchant`` shows it.
    """
    return [_snippet(sdk, way, merchant) for sdk in SDKS for way in (BASE, UNCHANGED)]


def _snippet(sdk: Sdk, way: str, merchant: Mapping[str, Any]) -> Snippet:
    text = render_template(
        f"ledger/snippets/{sdk.key}.txt",
        m=merchant,
        by_base=way == BASE,
        by_public_key=merchant["key_mode"] != "cert",
        switching=merchant["key_mode"] == "switching",
    )
    proxied = f"vendor-sim run --url {merchant['base_url']} -- {sdk.run}"
    return Snippet(sdk, way, sdk.run if way == BASE else proxied, text.strip() + "\n")
