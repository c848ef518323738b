# ruff: noqa: RUF001 - the platform writes Chinese
"""What orders and code pay can be refused with: code, HTTP status, message, detail."""

from __future__ import annotations

REENTERED = ("INVALID_REQUEST", 400, "订单重入时，要求参数值与原请求一致，请确认参数问题。", None)
USED = ("OUT_TRADE_NO_USED", 403, "商户订单号重复", None)
PAID = ("ORDERPAID", 400, "该订单已支付", None)
CLOSED = ("ORDER_CLOSED", 400, "该订单已关闭", None)
UNKNOWN = ("ORDER_NOT_EXIST", 404, "订单不存在", None)
OTHERS = ("PARAM_ERROR", 400, "http header中的mchid与post payload中的mchid不匹配", None)
APPIDS = ("APPID_MCHID_NOT_MATCH", 400, "商户号与appid不匹配", None)
NOT_CLOSED = ("INVALID_REQUEST", 400, "当前交易不允许进行普通关单（只能撤销）", None)
SUSPENDED = ("NO_AUTH", 403, "商户状态不可用", None)
INVALID = ("AUTH_CODE_INVALID", 400, "101 付款码无效，请重新扫码", None)
EXPIRED = ("AUTH_CODE_EXPIRE", 403, "101 付款码已过期，请退出重试", None)
ONCE = ("AUTH_CODE_INVALID", 400, "101 每个二维码仅限使用一次，请刷新再试", None)
SHORT = ("NOT_ENOUGH", 403, "用户账号余额不足", None)
MERCHANT_SHORT = ("NOT_ENOUGH", 403, "基本账户余额不足，请充值后重新发起", None)
ACCOUNT = ("ACCOUNT_ERROR", 403, "用户账户异常", None)
FAILED = ("TRADE_ERROR", 403, "支付失败，请更换单号后重新下单支付", None)
REVERSED = ("ORDER_REVERSED", 400, "当前订单已经被撤销", None)
NOT_REVERSED = ("TRADE_ERROR", 403, "当前交易不支持撤销，请使用关闭订单或申请退款", None)
TOO_LATE = ("TRADE_ERROR", 403, "订单已超过可撤销的期限，请使用申请退款", None)
ASKED = {"code": "USERPAYING", "message": "需要用户输入支付密码"}
"""No refusal: the payer is asked for the password, with 202."""
