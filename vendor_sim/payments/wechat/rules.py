"""The field rules of every endpoint, with the platform's own names for the fields.

The outer lengths and patterns are documented [DOC, OAPI:v3/pay/transactions]; the lengths inside
``detail``, ``scene_info`` and ``goods_detail`` are the documentation's tables as remembered [spec
6.1: unverified except those also in OAPI]. A field that no rule names is let through: whether every
endpoint refuses extra parameters is unverified [spec 5].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.payments.wechat.fields import Bool, Int, Items, Obj, Rules, Text
from vendor_sim.payments.wechat.unverified import AUTH_CODE_PATTERN
from vendor_sim.wire.wechatpay import parse_time

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.fields import Bounds, Rule

ORDER_NUMBER = r"^[0-9a-zA-Z_\-\|\*]+$"
REFUND_NUMBER = r"^[0-9a-zA-Z_\-\|\*@]+$"
URL = r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
CURRENCIES = ("CNY",)
LIMIT_PAY = ("no_balance", "no_credit", "no_debit", "balance_only")
FUNDS_ACCOUNTS = ("AVAILABLE", "UNSETTLED")
FROM_ACCOUNTS = ("AVAILABLE", "UNAVAILABLE")
ABNORMAL_TYPES = ("USER_BANK_CARD", "MERCHANT_BANK_CARD")
BILL_TYPES = ("ALL", "SUCCESS", "REFUND")
ACCOUNT_TYPES = ("BASIC", "OPERATION", "FEES")
TAR_TYPES = ("GZIP",)
ENCRYPTED_CHARS = 1024
"""A sensitive field as it comes: RSA-OAEP in base64."""

NUMBER_BYTES: Bounds = (6, 32)


def _short(name: str, label: str, most: int = 32, *, required: bool = False) -> Text:
    return Text(name, label, required=required, chars=(1 if required else 0, most))


def _fen(name: str, label: str, minimum: int = 1, *, required: bool = True) -> Int:
    return Int(name, label, minimum, AMOUNT_MINOR_MAX, required=required)


def _platform_number(name: str, label: str) -> Text:
    """A number of the platform's own in a path; a NUL there would trouble a database."""
    return Text(name, label, required=True, chars=(1, 32), pattern=ORDER_NUMBER)


_MCHID = _short("mchid", "直连商户号", required=True)
_APPID = _short("appid", "公众号ID", required=True)
_OUT_TRADE_NO = Text(
    "out_trade_no", "商户订单号", required=True, bytes=NUMBER_BYTES, pattern=ORDER_NUMBER
)
_OUT_REFUND_NO = Text(
    "out_refund_no", "商户退款单号", required=True, bytes=(1, 64), pattern=REFUND_NUMBER
)
_AMOUNT = Obj(
    "amount",
    "订单金额",
    (_fen("total", "总金额"), Text("currency", "货币类型", chars=(0, 16), one_of=CURRENCIES)),
    required=True,
)
_GOODS = Obj(
    "",
    "单品列表",
    (
        _short("merchant_goods_id", "商户侧商品编码", required=True),
        _short("wechatpay_goods_id", "微信支付商品编码"),
        _short("goods_name", "商品名称", 256),
        Int("quantity", "商品数量", 1, AMOUNT_MINOR_MAX, required=True),
        _fen("unit_price", "商品单价", 0),
    ),
)
_DETAIL = Obj(
    "detail",
    "优惠功能",
    (
        _fen("cost_price", "订单原价", 0, required=False),
        _short("invoice_id", "商品小票ID"),
        Items("goods_detail", "单品列表", _GOODS),
    ),
)
_STORE = Obj(
    "store_info",
    "商户门店信息",
    (
        _short("id", "门店编号", required=True),
        _short("name", "门店名称", 256),
        _short("area_code", "地区编码"),
        _short("address", "详细地址", 512),
    ),
)
_SETTLE = Obj("settle_info", "结算信息", (Bool("profit_sharing", "是否指定分账"),))
_H5 = Obj(
    "h5_info",
    "H5场景信息",
    (
        _short("type", "场景类型", required=True),
        _short("app_name", "应用名称", 64),
        _short("app_url", "网站URL", 128),
        _short("bundle_id", "iOS平台BundleID", 128),
        _short("package_name", "Android平台PackageName", 128),
    ),
    required=True,
)
_AUTH_CODE = Text("auth_code", "付款码", required=True, pattern=AUTH_CODE_PATTERN)
_OPENID = Obj("payer", "支付者", (_short("openid", "用户标识", 128, required=True),), required=True)


def _scene(*more: Rule, required: bool = False) -> Obj:
    """``scene_info`` as it stands in the prepay calls."""
    ip = _short("payer_client_ip", "用户终端IP", 45, required=True)
    device = _short("device_id", "商户端设备号")
    return Obj("scene_info", "场景信息", (ip, device, _STORE, *more), required=required)


def _prepay(scene: Obj, *more: Rule) -> Rules:
    """The body that Native, JSAPI, APP and H5 share [spec 6.1]."""
    return Rules(
        _APPID,
        _MCHID,
        _short("description", "商品描述", 127, required=True),
        _OUT_TRADE_NO,
        Text("time_expire", "交易结束时间", chars=(1, 64), read=parse_time),
        Text("attach", "附加数据", bytes=(0, 128)),
        Text("notify_url", "通知地址", required=True, chars=(1, 255), pattern=URL),
        _short("goods_tag", "订单优惠标记"),
        Items("limit_pay", "指定支付方式", Text("", "指定支付方式", one_of=LIMIT_PAY)),
        Bool("support_fapiao", "电子发票入口开放标识"),
        _AMOUNT,
        _DETAIL,
        scene,
        _SETTLE,
        *more,
    )


NATIVE = _prepay(_scene())
APP = _prepay(_scene())
JSAPI = _prepay(_scene(), _OPENID)
H5 = _prepay(_scene(_H5, required=True))

CODEPAY = Rules(
    _APPID,
    _MCHID,
    _short("description", "商品描述", 127, required=True),
    _OUT_TRADE_NO,
    Text("attach", "附加数据", bytes=(0, 128)),
    _short("goods_tag", "订单优惠标记"),
    Bool("support_fapiao", "电子发票入口开放标识"),
    Obj("payer", "支付者", (_AUTH_CODE,), required=True),
    _AMOUNT,
    Obj(
        "scene_info",
        "场景信息",
        (
            _short("device_id", "商户端设备号"),
            _short("device_ip", "商户端设备IP", 45),
            Obj(
                "store_info",
                "商户门店信息",
                (_short("id", "门店编号"), _short("out_id", "商家自定义编码", 256)),
                required=True,
            ),
        ),
        required=True,
    ),
    _DETAIL,
    _SETTLE,
)
"""Code pay [spec 7]: the scene with its store is required; there is no notify_url."""

REVERSE = Rules(_APPID, _MCHID)
CLOSE = Rules(_MCHID)
QUERY = Rules(_MCHID)
"""Of the query string, ``where="query"``."""
ORDER_PATH = Rules(_OUT_TRADE_NO)
"""Of the path, ``where="uri_template"``; so are the other ``…_PATH``."""
TRANSACTION_PATH = Rules(_platform_number("transaction_id", "微信支付订单号"))

REFUND = Rules(
    _short("transaction_id", "微信支付订单号"),
    Text("out_trade_no", "商户订单号", bytes=NUMBER_BYTES, pattern=ORDER_NUMBER),
    _OUT_REFUND_NO,
    _short("reason", "退款原因", 80),
    Text("notify_url", "退款结果回调url", chars=(1, 256), pattern=URL),
    Text("funds_account", "退款资金来源", one_of=FUNDS_ACCOUNTS),
    Obj(
        "amount",
        "金额信息",
        (
            _fen("refund", "退款金额"),
            Items(
                "from",
                "退款出资账户及金额",
                Obj(
                    "",
                    "退款出资账户及金额",
                    (
                        Text("account", "出资账户类型", required=True, one_of=FROM_ACCOUNTS),
                        _fen("amount", "出资金额"),
                    ),
                ),
            ),
            _fen("total", "原订单金额"),
            Text("currency", "退款币种", required=True, chars=(1, 16), one_of=CURRENCIES),
        ),
        required=True,
    ),
    Items(
        "goods_detail",
        "退款商品",
        Obj(
            "",
            "退款商品",
            (
                _short("merchant_goods_id", "商户侧商品编码", required=True),
                _short("wechatpay_goods_id", "微信支付商品编码"),
                _short("goods_name", "商品名称", 256),
                _fen("unit_price", "商品单价", 0),
                _fen("refund_amount", "商品退款金额", 0),
                Int("refund_quantity", "商品退货数量", 1, AMOUNT_MINOR_MAX, required=True),
            ),
        ),
    ),
)
"""A refund [spec 8.1]. That one of ``transaction_id`` and ``out_trade_no`` is there is no rule of
one field: the endpoint sees to it."""
REFUND_PATH = Rules(_OUT_REFUND_NO)
REFUND_ID_PATH = Rules(_platform_number("refund_id", "微信支付退款单号"))
ABNORMAL_REFUND = Rules(
    _OUT_REFUND_NO,
    Text("type", "异常退款处理方式", required=True, one_of=ABNORMAL_TYPES),
    _short("bank_type", "开户银行", 16),
    _short("bank_account", "收款银行卡号", ENCRYPTED_CHARS),
    _short("real_name", "收款用户姓名", ENCRYPTED_CHARS),
)

_BILL_DATE = Text("bill_date", "账单日期", required=True, pattern=DATE)
_TAR_TYPE = Text("tar_type", "压缩类型", one_of=TAR_TYPES)
TRADE_BILL = Rules(_BILL_DATE, Text("bill_type", "账单类型", one_of=BILL_TYPES), _TAR_TYPE)
"""Of the query string, as the next."""
FUND_FLOW_BILL = Rules(
    _BILL_DATE, Text("account_type", "资金账户类型", one_of=ACCOUNT_TYPES), _TAR_TYPE
)
