r"""The bytes of a bill, against files written by hand."""

from __future__ import annotations

import pytest

from vendor_sim.payments.wechat.bills import fundflow_bill, trade_bill
from vendor_sim.payments.wechat.bills.layout import fee_yuan, free, rate, write, yuan

ROWS = [
    {"时间": "2019-02-19 01:51:59", "金额": "0.03", "备注": "", "不写": "x"},
    {"时间": "2019-02-19 05:01:46", "金额": "0.00", "备注": free("a,b\r\nc"), "不写": "y"},
]


def test_a_file_has_a_mark_crlf_backticks_and_a_tail():
    file = write(("时间", "金额", "备注"), ROWS, {"笔数": "2", "总额": "0.03"}, ("笔数", "总额"))
    assert file == (
        b"\xef\xbb\xbf"
        b"\xe6\x97\xb6\xe9\x97\xb4,\xe9\x87\x91\xe9\xa2\x9d,\xe5\xa4\x87\xe6\xb3\xa8\r\n"
        b"`2019-02-19 01:51:59,`0.03,`\r\n"
        b"`2019-02-19 05:01:46,`0.00,`a\\ b\\nc\r\n"
        b"\xe7\xac\x94\xe6\x95\xb0,\xe6\x80\xbb\xe9\xa2\x9d\r\n"
        b"`2,`0.03\r\n"
    )


@pytest.mark.parametrize(
    ("minor", "amount", "fee"),
    [
        (0, "0.00", "0.00000"),
        (1, "0.01", "0.01000"),
        (10, "0.10", "0.10000"),
        (100, "1.00", "1.00000"),
        (123456789, "1234567.89", "1234567.89000"),
        (-27, "-0.27", "-0.27000"),
    ],
)
def test_amounts_are_in_yuan_and_fees_have_five_decimals(minor, amount, fee):
    assert (yuan(minor), fee_yuan(minor)) == (amount, fee)


@pytest.mark.parametrize(
    ("ppm", "text"),
    [
        *((6000, "0.60%"), (5400, "0.54%"), (10_000, "1.00%"), (0, "0.00%"), (390_000, "39.00%")),
        *((5449, "0.54%"), (5450, "0.55%"), (50, "0.01%"), (49, "0.00%"), (1_000_000, "100.00%")),
    ],
)
def test_a_rate_is_in_percent(ppm, text):
    assert rate(ppm) == text


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (None, ""),
        ("", ""),
        ("可乐 Cola", "可乐 Cola"),
        ("a,b", "a\\ b"),
        ("a, b,", "a\\  b\\ "),
        ("a\nb", "a\\nb"),
        ("a\r\nb\rc", "a\\nb\\nc"),
        ("中文、逗号", "中文、逗号"),
        ("`tick\"quote'", "`tick\"quote'"),
    ],
)
def test_a_merchants_own_words_end_neither_field_nor_line(words, written):
    assert free(words) == written


def test_the_columns_of_each_trade_bill():
    assert ",".join(trade_bill.COLUMNS["ALL"]) == (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
        "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
    )
    assert ",".join(trade_bill.COLUMNS["SUCCESS"]) == (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注"
    )
    assert ",".join(trade_bill.COLUMNS["REFUND"]) == (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,"
        "充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
    )


def test_the_sums_of_each_bill():
    amounts = "应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    all_sums = f"总交易单数,{amounts}"
    assert {name: ",".join(sums) for name, sums in trade_bill.SUMS.items()} == {
        "ALL": all_sums,
        "SUCCESS": "总交易单数,应结订单总金额,手续费总金额,订单总金额",
        "REFUND": all_sums,
    }
    assert ",".join(fundflow_bill.COLUMNS) == (
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
        "资金变更提交申请人,备注,业务凭证号"
    )
    assert ",".join(fundflow_bill.SUMS) == "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
