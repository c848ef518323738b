# ruff: noqa: RUF001 - the platform writes Chinese
"""Every rule of every endpoint: each bound just inside, and just outside with what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.payments.wechat import rules

ORDER_NUMBER = r"^[0-9a-zA-Z_\-\|\*]+$"
REFUND_NUMBER = r"^[0-9a-zA-Z_\-\|\*@]+$"
URL = r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$"
DATE = r"^\d{4}-\d{2}-\d{2}$"


@dataclass
class Field:
    """One field, what it may be, and what it may not be with why."""

    path: str
    label: str
    inside: list[Any]
    outside: dict[Any, str] = field(default_factory=dict)
    required: bool = False


def chars(path, label, most, least=0):
    """A text counted in characters."""
    inside = ["可" * most, "x" * max(least, 0)]
    outside = {"可" * (most + 1): f"字符数 {most + 1}，大于最大值 {most}"}
    if least:
        outside["x" * (least - 1)] = f"字符数 {least - 1}，小于最小值 {least}"
    return Field(path, label, inside, outside, required=least > 0)


def octets(path, label, most):
    """A text counted in bytes."""
    fits = "可" * (most // 3) + "x" * (most % 3)
    return Field(path, label, [fits, ""], {fits + "x": f"字节数 {most + 1}，大于最大值 {most}"})


def fen(path, label, least=1, *, required=True):
    """An amount."""
    low, high = f"值低于最小值 {least}", f"值高于最大值 {AMOUNT_MINOR_MAX}"
    outside = {least - 1: low, AMOUNT_MINOR_MAX + 1: high, -(2**63): low}
    return Field(path, label, [least, AMOUNT_MINOR_MAX], outside, required=required)


def matches(path, label, pattern, inside, outside, *, required=False):
    """A text with a form."""
    why = f"字符串必须匹配正则表达式“{pattern}”"
    return Field(path, label, inside, dict.fromkeys(outside, why), required=required)


def order_number(*, required=True):
    one = matches(
        *("out_trade_no", "商户订单号", ORDER_NUMBER),
        *(["aB0_-|*", "x" * 32, "x" * 6], ["订单号", "ord#123", "ord 123", "ord@123", "ord123\n"]),
        required=required,
    )
    one.outside |= {
        "1" * 33: "字节数 33，大于最大值 32",
        "1" * 35: "字节数 35，大于最大值 32",
        "1234": "字节数 4，小于最小值 6",
        "12345": "字节数 5，小于最小值 6",
        "订": "字节数 3，小于最小值 6",
    }
    return one


def refund_number():
    one = matches(
        *("out_refund_no", "商户退款单号", REFUND_NUMBER),
        *(["aB0_-|*@", "x" * 64, "x"], ["退款", "a b", "a#"]),
        required=True,
    )
    one.outside |= {"": "字节数 0，小于最小值 1", "1" * 65: "字节数 65，大于最大值 64"}
    return one


def url(label, most, *, required):
    """The pattern takes http, ports and users, and no query string."""
    inside = [
        "https://shop.example/pay",
        "http://127.0.0.1:8000/hook/x",
        "https://user@shop.example",
        "http://shop.example:65535/a/b|c",
        "http://h:1/",
        "http://h/" + "x" * (most - 9),
    ]
    outside = [
        *("ftp://shop.example/", "shop.example", " https://shop.example/pay"),
        *("https://shop.example/pay?a=1", "https://shop.example/#a", "https://", "https:///a"),
    ]
    one = matches("notify_url", label, URL, inside, outside, required=required)
    one.outside |= {
        "http://h/" + "x" * (most - 8): f"字符数 {most + 1}，大于最大值 {most}",
        "": "字符数 0，小于最小值 1",
    }
    return one


def platform_number(path, label):
    one = matches(path, label, ORDER_NUMBER, ["4200", "x" * 32], ["4200\0", "可"], required=True)
    one.outside |= {"": "字符数 0，小于最小值 1", "4" * 33: "字符数 33，大于最大值 32"}
    return one


def currency(label, *, required=False):
    inside = ["CNY"]
    return matches("amount/currency", label, "^(CNY)$", inside, ["USD", "cny"], required=required)


OWNER = [chars("appid", "公众号ID", 32, 1), chars("mchid", "直连商户号", 32, 1)]
ASKED = [
    *OWNER,
    chars("description", "商品描述", 127, 1),
    order_number(),
    octets("attach", "附加数据", 128),
    chars("goods_tag", "订单优惠标记", 32),
    Field("support_fapiao", "电子发票入口开放标识", [True, False]),
    fen("amount/total", "总金额"),
    currency("货币类型"),
    fen("detail/cost_price", "订单原价", 0, required=False),
    chars("detail/invoice_id", "商品小票ID", 32),
    chars("detail/goods_detail/0/merchant_goods_id", "商户侧商品编码", 32, 1),
    chars("detail/goods_detail/0/wechatpay_goods_id", "微信支付商品编码", 32),
    chars("detail/goods_detail/0/goods_name", "商品名称", 256),
    fen("detail/goods_detail/0/quantity", "商品数量"),
    fen("detail/goods_detail/0/unit_price", "商品单价", 0),
    Field("settle_info/profit_sharing", "是否指定分账", [True, False]),
]
PREPAY = [
    *ASKED,
    url("通知地址", 255, required=True),
    Field("time_expire", "交易结束时间", ["2018-06-08T10:34:56+08:00", "2018-06-08T02:34:56Z",
          "2018-06-08T02:34:56.123-03:30"]),
    matches("limit_pay/0", "指定支付方式", "^(no_balance|no_credit|no_debit|balance_only)$",
            ["no_balance", "no_credit", "no_debit", "balance_only"], ["credit", ""]),
    chars("scene_info/payer_client_ip", "用户终端IP", 45, 1),
    chars("scene_info/device_id", "商户端设备号", 32),
    chars("scene_info/store_info/id", "门店编号", 32, 1),
    chars("scene_info/store_info/name", "门店名称", 256),
    chars("scene_info/store_info/area_code", "地区编码", 32),
    chars("scene_info/store_info/address", "详细地址", 512),
]  # fmt: skip
H5_ONLY = [
    chars("scene_info/h5_info/type", "场景类型", 32, 1),
    chars("scene_info/h5_info/app_name", "应用名称", 64),
    chars("scene_info/h5_info/app_url", "网站URL", 128),
    chars("scene_info/h5_info/bundle_id", "iOS平台BundleID", 128),
    chars("scene_info/h5_info/package_name", "Android平台PackageName", 128),
]
CODEPAY = [
    *ASKED,
    matches("payer/auth_code", "付款码", r"^1[0-5][0-9]{16}$",
            ["130061098828009406", "100000000000000000", "159999999999999999"],
            ["160061098828009406", "090061098828009406", "13006109882800940",
             "1300610988280094060", "13006109882800940x", ""], required=True),
    chars("scene_info/device_id", "商户端设备号", 32),
    chars("scene_info/device_ip", "商户端设备IP", 45),
    chars("scene_info/store_info/id", "门店编号", 32),
    chars("scene_info/store_info/out_id", "商家自定义编码", 256),
]  # fmt: skip
REFUND = [
    chars("transaction_id", "微信支付订单号", 32),
    order_number(required=False),
    refund_number(),
    chars("reason", "退款原因", 80),
    url("退款结果回调url", 256, required=False),
    matches("funds_account", "退款资金来源", "^(AVAILABLE|UNSETTLED)$",
            ["AVAILABLE", "UNSETTLED"], ["available", "BASIC"]),
    fen("amount/refund", "退款金额"),
    fen("amount/total", "原订单金额"),
    currency("退款币种", required=True),
    matches("amount/from/0/account", "出资账户类型", "^(AVAILABLE|UNAVAILABLE)$",
            ["AVAILABLE", "UNAVAILABLE"], ["UNSETTLED"], required=True),
    fen("amount/from/0/amount", "出资金额"),
    chars("goods_detail/0/merchant_goods_id", "商户侧商品编码", 32, 1),
    chars("goods_detail/0/wechatpay_goods_id", "微信支付商品编码", 32),
    chars("goods_detail/0/goods_name", "商品名称", 256),
    fen("goods_detail/0/unit_price", "商品单价", 0),
    fen("goods_detail/0/refund_amount", "商品退款金额", 0),
    fen("goods_detail/0/refund_quantity", "商品退货数量"),
]  # fmt: skip
ABNORMAL = [
    refund_number(),
    matches("type", "异常退款处理方式", "^(USER_BANK_CARD|MERCHANT_BANK_CARD)$",
            ["USER_BANK_CARD", "MERCHANT_BANK_CARD"], ["WALLET"], required=True),
    chars("bank_type", "开户银行", 16),
    chars("bank_account", "收款银行卡号", 1024),
    chars("real_name", "收款用户姓名", 1024),
]  # fmt: skip
BILL = [
    matches("bill_date", "账单日期", DATE, ["2019-06-11"],
            ["2019-6-11", "20190611", "2019-06-1１", ""], required=True),
    matches("tar_type", "压缩类型", "^(GZIP)$", ["GZIP"], ["gzip", "ZIP"]),
]  # fmt: skip

ORDER = {
    "appid": "wx1",
    "mchid": "1900000001",
    "description": "可乐",
    "out_trade_no": "ord_1-2|3*4",
    "amount": {"total": 350, "currency": "CNY"},
    "detail": {"goods_detail": [{"merchant_goods_id": "cola", "quantity": 1, "unit_price": 350}]},
}
ASK = ORDER | {
    "notify_url": "http://127.0.0.1:8000/hook",
    "scene_info": {"payer_client_ip": "127.0.0.1", "store_info": {"id": "1"}},
}
H5 = ASK | {"scene_info": {**ASK["scene_info"], "h5_info": {"type": "Wap"}}}
ENDPOINTS = {
    "native": ("body", rules.NATIVE, ASK, PREPAY),
    "app": ("body", rules.APP, ASK, PREPAY),
    "jsapi": ("body", rules.JSAPI, ASK | {"payer": {"openid": "o1"}},
              [*PREPAY, chars("payer/openid", "用户标识", 128, 1)]),
    "h5": ("body", rules.H5, H5, [*PREPAY, *H5_ONLY]),
    "codepay": ("body", rules.CODEPAY,
                ORDER | {"payer": {"auth_code": "130061098828009406"},
                         "scene_info": {"store_info": {"id": "1"}}}, CODEPAY),
    "reverse": ("body", rules.REVERSE, {"appid": "wx1", "mchid": "1"}, OWNER),
    "close": ("body", rules.CLOSE, {"mchid": "1"}, OWNER[1:]),
    "query": ("query", rules.QUERY, {"mchid": "1"}, OWNER[1:]),
    "number": ("uri_template", rules.ORDER_PATH, {"out_trade_no": "ord_12"}, [order_number()]),
    "transaction": ("uri_template", rules.TRANSACTION_PATH, {"transaction_id": "4200"},
                    [platform_number("transaction_id", "微信支付订单号")]),
    "refund": ("body", rules.REFUND,
               {"out_trade_no": "ord_12", "out_refund_no": "r1",
                "amount": {"refund": 1, "total": 1, "currency": "CNY",
                           "from": [{"account": "AVAILABLE", "amount": 1}]},
                "goods_detail": [{"merchant_goods_id": "cola", "unit_price": 1,
                                  "refund_amount": 1, "refund_quantity": 1}]}, REFUND),
    "refund query": ("uri_template", rules.REFUND_PATH, {"out_refund_no": "r1"},
                     [refund_number()]),
    "refund id": ("uri_template", rules.REFUND_ID_PATH, {"refund_id": "50"},
                  [platform_number("refund_id", "微信支付退款单号")]),
    "abnormal": ("body", rules.ABNORMAL_REFUND,
                 {"out_refund_no": "r1", "type": "USER_BANK_CARD"}, ABNORMAL),
    "tradebill": ("query", rules.TRADE_BILL, {"bill_date": "2019-06-11"},
                  [*BILL, matches("bill_type", "账单类型", "^(ALL|SUCCESS|REFUND)$",
                                  ["ALL", "SUCCESS", "REFUND"], ["all"])]),
    "fundflowbill": ("query", rules.FUND_FLOW_BILL, {"bill_date": "2019-06-11"},
                     [*BILL, matches("account_type", "资金账户类型", "^(BASIC|OPERATION|FEES)$",
                                     ["BASIC", "OPERATION", "FEES"], ["ALL"])]),
}  # fmt: skip
ROWS = [(name, one) for name, (*_, fields) in ENDPOINTS.items() for one in fields]
INSIDE = [(name, one.path, value) for name, one in ROWS for value in one.inside]
OUTSIDE = [
    (name, one.path, one.label, value, why)
    for name, one in ROWS
    for value, why in one.outside.items()
]
REQUIRED = [(name, one.path, one.label) for name, one in ROWS if one.required]
OBJECTS = [
    *((name, "amount", "订单金额") for name in ("native", "app", "jsapi", "h5", "codepay")),
    ("jsapi", "payer", "支付者"),
    ("h5", "scene_info", "场景信息"),
    ("h5", "scene_info/h5_info", "H5场景信息"),
    ("codepay", "payer", "支付者"),
    ("codepay", "scene_info", "场景信息"),
    ("codepay", "scene_info/store_info", "商户门店信息"),
    ("refund", "amount", "金额信息"),
]
