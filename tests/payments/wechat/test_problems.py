"""Every row of the tables: code, HTTP status, message, number."""

# ruff: noqa: RUF001 - the platform writes Chinese

from __future__ import annotations

from typing import Any

import pytest

from vendor_sim.payments.wechat import problems, unverified

CERTIFICATES = (
    "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
    "可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196"
)
REENTERED = "订单重入时，要求参数值与原请求一致，请确认参数问题。"
ROWS: list[tuple[str, Any, str, int, str, int | None]] = [
    ("headers_missing", (), "INVALID_REQUEST", 400, "Http头缺少Accept或User-Agent", None),
    ("wrong_key_serial", (), "PARAM_ERROR", 400, "平台证书序列号Wechatpay-Serial错误", None),
    ("reentered_differently", (), "INVALID_REQUEST", 400, REENTERED, 268498688),
    (
        *("refund_reentered_differently", (), "INVALID_REQUEST", 400),
        *("订单金额或退款金额与之前请求不一致，请核实后再试", 268498688),
    ),
    ("bad_bill_token", (), "INVALID_REQUEST", 400, unverified.BAD_DOWNLOAD, None),
    (
        *("not_ordinary_close", (), "INVALID_REQUEST", 400),
        *("当前交易不允许进行普通关单（只能撤销）", 268449641),
    ),
    ("appid_mismatch", (), "APPID_MCHID_NOT_MATCH", 400, "商户号与appid不匹配", 268445527),
    ("mch_not_exists", (), "MCH_NOT_EXISTS", 400, "商户号不存在", 268443715),
    ("order_closed", (), "ORDER_CLOSED", 400, "该订单已关闭", 268447914),
    ("order_paid", (), "ORDERPAID", 400, "该订单已支付", 268449538),
    ("out_trade_no_used", (), "OUT_TRADE_NO_USED", 403, "商户订单号重复", 268498688),
    ("no_auth", (), "NO_AUTH", 403, "商户无权限", 268448010),
    ("suspended", (), "NO_AUTH", 403, "商户状态不可用", 268443715),
    ("rule_limit", ("超过限制",), "RULE_LIMIT", 403, "超过限制", None),
    ("trade_error", ("不行",), "TRADE_ERROR", 403, "不行", None),
    ("trade_overdue", (), "TRADE_OVERDUE", 403, "订单已经超过退款期限", None),
    ("not_enough", (), "NOT_ENOUGH", 403, "基本账户余额不足，请充值后重新发起", None),
    ("user_account_abnormal", (), "USER_ACCOUNT_ABNORMAL", 403, "用户账户注销", None),
    ("account_error", (), "ACCOUNT_ERROR", 403, "用户账户异常", None),
    ("order_not_exist", (), "ORDER_NOT_EXIST", 404, "订单不存在", 268512771),
    ("closing_unknown_order", (), "ORDER_NOT_EXIST", 404, "订单不存在", 268512771),
    ("resource_not_exists", ("没有",), "RESOURCE_NOT_EXISTS", 404, "没有", 268512771),
    ("no_platform_certificate", (), "RESOURCE_NOT_EXISTS", 404, CERTIFICATES, 268512771),
    ("no_statement", (), "NO_STATEMENT_EXIST", 400, "账单文件不存在", None),
    ("statement_creating", (), "STATEMENT_CREATING", 400, "账单生成中，请稍后再试", None),
    ("frequency_limited", (), "FREQUENCY_LIMITED", 429, "频率超限", 268447840),
    ("system_error", (), "SYSTEM_ERROR", 500, "系统错误", 268435464),
    ("service_unavailable", (), "SERVICE_UNAVAILABLE", 503, "服务不可用", None),
    ("service_unavailable", (502,), "SERVICE_UNAVAILABLE", 502, "服务不可用", None),
    ("user_paying", (), "USERPAYING", 202, "需要用户输入支付密码", 268443721),
    ("auth_code_expired", (), "AUTH_CODE_EXPIRE", 403, "101 付款码已过期，请退出重试", None),
    ("auth_code_invalid", (), "AUTH_CODE_INVALID", 400, "101 付款码无效，请重新扫码", None),
    (
        *("auth_code_used", (), "AUTH_CODE_INVALID", 400),
        *("101 每个二维码仅限使用一次，请刷新再试", None),
    ),
    ("order_reversed", (), "ORDER_REVERSED", 400, "当前订单已经被撤销", None),
    ("bank_error", (), "BANK_ERROR", 500, "银行系统异常", None),
    ("invalid_request", ("为何",), "INVALID_REQUEST", 400, "为何", None),
    ("param_error", ("为何",), "PARAM_ERROR", 400, "为何", None),
]
SIGN_ROWS = {
    "header_malformed": "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
    "signature_missing": "签名信息错误，验签失败",
    "wrong_scheme": "HTTP头Authorization认证类型不正确",
    "stale_timestamp": "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
    "wrong_serial": "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
    "certificate_expired": "商户证书已过期",
    "certificate_revoked": "商户证书已作废",
    "no_apiv3_key": "商户未设置APIv3密钥。",
    "no_certificate": "商户未申请过证书。",
}
OTHERS = "http header中的mchid与post payload中的mchid不匹配"
ROWS += [
    *((name, (), "SIGN_ERROR", 401, text, 268443699) for name, text in SIGN_ROWS.items()),
    ("mchid_mismatch", (), "PARAM_ERROR", 400, OTHERS, 268447843),
]


@pytest.mark.parametrize(("name", "given", "code", "status", "message", "number"), ROWS)
def test_a_row(
    name: str, given: tuple[Any, ...], code: str, status: int, message: str, number: int | None
) -> None:
    error = getattr(problems, name)(*given)
    assert (error.code, error.status, error.message) == (code, status, message)
    assert error.number == (number or problems.PARAMETER_NUMBER)
    assert error.document == {"code": code, "message": message}
    assert str(error) == f"{code}: {message}"


def test_every_row_is_in_this_table() -> None:
    rows = {name for name, value in vars(problems).items() if isinstance(value, problems.Row)}
    assert rows <= {row[0] for row in ROWS}


def test_no_merchant_is_another_status_at_refunds() -> None:
    error = problems.mch_not_exists(refund=True)
    assert (error.code, error.status) == ("MCH_NOT_EXISTS", 404)


def test_each_error_is_a_new_one() -> None:
    assert problems.order_paid() is not problems.order_paid()


def test_details_stand_between_code_and_message() -> None:
    error = problems.param_error("为何", {"location": "body", "value": 35})
    assert list(error.document.items()) == [
        ("code", "PARAM_ERROR"),
        ("detail", {"location": "body", "value": 35}),
        ("message", "为何"),
    ]
    missing = problems.missing_field("/body/payer/openid", "用户标识")
    wording = "输入源“/body/payer/openid”映射到字段“用户标识”必填性规则校验失败，此字段为必填项"
    assert missing.message == wording
    assert missing.detail == {"location": "body", "value": ""}
    assert problems.malformed_body().detail == {"location": "body"}
