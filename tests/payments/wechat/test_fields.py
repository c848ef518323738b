# ruff: noqa: RUF001 - the platform writes Chinese
"""The rule engine, on rules made up here; the rules of the endpoints are in test_rules.py."""

from __future__ import annotations

import timeit

import pytest

from vendor_sim.payments.wechat import problems, rules
from vendor_sim.payments.wechat.fields import Bool, Int, Items, Obj, Rules, Text, check
from vendor_sim.payments.wechat.problems import WechatError


def _time(text):
    if not text.startswith("20"):
        raise ValueError(text)


RULES = Rules(
    Text("name", "名称", required=True, chars=(2, 4)),
    Text("note", "备注", bytes=(0, 6)),
    Text("code", "编码", pattern=r"^\d+$"),
    Text("kind", "类型", one_of=("A", "B")),
    Text("at", "时间", read=_time),
    Int("count", "数量", 1, 10),
    Bool("flag", "标识"),
    Obj("inner", "内部", (Int("total", "总金额", 1, 10, required=True),)),
    Items("list", "列表", Obj("", "单品", (Text("id", "编码", required=True, chars=(1, 2)),))),
    Items("words", "词", Text("", "词", one_of=("x", "y"))),
)
GOOD = {"name": "可乐"}
INT64 = "此字段需要一个合法的 64 位有符号整数"


def refused(document, where="body", of=RULES):
    with pytest.raises(WechatError) as caught:
        check(of, document, where)
    error = caught.value
    assert (error.code, error.status) == ("PARAM_ERROR", 400)
    return error


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "ab"},
        {"name": "可乐可乐"},
        {"note": ""},
        {"note": "可乐"},
        {"note": "abcdef"},
        {"code": "0"},
        {"kind": "A"},
        {"at": "2026"},
        {"count": 1},
        {"count": 10},
        {"flag": False},
        {"inner": {"total": 1}},
        {"inner": {"total": 1, "other": object()}},
        {"list": []},
        {"list": [{"id": "1"}, {"id": "12"}]},
        {"words": ["x", "y"]},
        {"note": None, "code": None, "count": None, "flag": None, "inner": None, "list": None},
        {"unknown": 1},
    ],
)
def test_what_keeps_the_rules_is_let_through(fields):
    assert check(RULES, GOOD | fields) is None


STRING = "输入源“/body/{at}”映射到值字段“{label}”字符串规则校验失败，{why}"
NUMBER = "输入源“/body/{at}”映射到数值字段“{label}”规则校验失败，{why}"
MAP = "无法将 JSON 输入源“/body/{at}”映射到目标字段“{label}”中，{why}"


def need(kind):
    return f"此字段需要一个 {kind} 类型的 Json 值"


@pytest.mark.parametrize(
    ("fields", "form", "at", "label", "why", "value"),
    [
        ({"name": "a"}, STRING, "name", "名称", "字符数 1，小于最小值 2", 1),
        ({"name": "可乐可乐水"}, STRING, "name", "名称", "字符数 5，大于最大值 4", 5),
        ({"name": ""}, STRING, "name", "名称", "字符数 0，小于最小值 2", 0),
        ({"note": "可乐a"}, STRING, "note", "备注", "字节数 7，大于最大值 6", 7),
        ({"note": "abcdefg"}, STRING, "note", "备注", "字节数 7，大于最大值 6", 7),
        ({"code": "x"}, STRING, "code", "编码", r"字符串必须匹配正则表达式“^\d+$”", "x"),
        ({"code": "1\n"}, STRING, "code", "编码", r"字符串必须匹配正则表达式“^\d+$”", "1\n"),
        ({"code": "\u0967"}, STRING, "code", "编码", r"字符串必须匹配正则表达式“^\d+$”", "\u0967"),
        ({"kind": "AB"}, STRING, "kind", "类型", "字符串必须匹配正则表达式“^(A|B)$”", "AB"),
        ({"count": 0}, NUMBER, "count", "数量", "值低于最小值 1", 0),
        ({"count": 11}, NUMBER, "count", "数量", "值高于最大值 10", 11),
        ({"list": [{"id": "1"}, {"id": "123"}]}, STRING, "list/1/id", "编码",
         "字符数 3，大于最大值 2", 3),
        ({"words": ["x", "z"]}, STRING, "words/1", "词", "字符串必须匹配正则表达式“^(x|y)$”", "z"),
        ({"name": 4}, MAP, "name", "名称", need("string"), 4),
        ({"name": ["ab"]}, MAP, "name", "名称", need("string"), ["ab"]),
        ({"at": "soon"}, MAP, "at", "时间", "此字段需要一个合法的 RFC 3339 时间", "soon"),
        ({"count": "1"}, MAP, "count", "数量", INT64, "1"),
        ({"count": True}, MAP, "count", "数量", INT64, True),
        ({"count": 1.0}, MAP, "count", "数量", INT64, 1.0),
        ({"count": 2**63}, MAP, "count", "数量", INT64, 2**63),
        ({"count": -(2**63) - 1}, MAP, "count", "数量", INT64, -(2**63) - 1),
        ({"flag": 1}, MAP, "flag", "标识", need("bool"), 1),
        ({"inner": 1}, MAP, "inner", "内部", need("object"), 1),
        ({"inner": {"total": 110.00000000000001}}, MAP, "inner/total", "总金额", INT64,
         110.00000000000001),
        ({"list": {}}, MAP, "list", "列表", need("array"), {}),
        ({"list": [None]}, MAP, "list/0", "单品", need("object"), None),
        ({"words": [1]}, MAP, "words/0", "词", need("string"), 1),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_in_the_platforms_words(fields, form, at, label, why, value):
    error = refused(GOOD | fields)
    assert error.message == form.format(at=at, label=label, why=why)
    assert error.detail == {"location": "body", "value": value}
    assert type(error.detail["value"]) is type(value)


@pytest.mark.parametrize("missing", [{}, {"name": None}])
def test_a_required_field_is_missing_also_where_it_is_null(missing):
    error = refused(missing)
    assert error.message == problems.MISSING.format(path="/body/name", name="名称")
    assert error.detail["location"] == "body"


def test_a_required_field_of_an_object_is_missing_only_where_the_object_is_there():
    error = refused(GOOD | {"inner": {}})
    assert error.message == problems.MISSING.format(path="/body/inner/total", name="总金额")


def test_a_wrong_type_anywhere_is_told_before_any_broken_rule():
    error = refused({"name": None, "count": 0, "inner": {"total": 0.01}})
    assert error.message == MAP.format(at="inner/total", label="总金额", why=INT64)
    error = refused({"count": 0, "list": [{"id": ""}, {"id": 1}]})
    assert error.message == MAP.format(at="list/1/id", label="编码", why=need("string"))


def test_of_several_broken_rules_the_first_in_the_table_is_told():
    error = refused({"inner": {"total": 0}, "count": 0, "name": "a"})
    assert "/body/name" in error.message


@pytest.mark.parametrize(("number", "told"), [(float("inf"), "inf"), (float("-inf"), "-inf")])
def test_a_number_that_json_cannot_write_is_told_as_a_text(number, told):
    assert refused(GOOD | {"count": number}).detail["value"] == told


@pytest.mark.parametrize("where", ["query", "uri_template"])
def test_the_place_is_named(where):
    error = refused({"name": "a"}, where)
    assert error.message.startswith(f"输入源“/{where}/name”映射到值字段“名称”")
    assert error.detail == {"location": where, "value": 1}


@pytest.mark.parametrize("document", [[], "x", 1, True])
def test_a_body_that_is_no_object_is_refused(document):
    error = refused(document)
    assert error.detail == {"location": "body", "value": document}


def test_a_length_is_counted_in_characters_or_in_bytes():
    of = Rules(Text("a", "甲", chars=(0, 3)), Text("b", "乙", bytes=(0, 3)))
    assert check(of, {"a": "可乐水", "b": "可"}) is None
    assert "字节数 6，大于最大值 3" in refused({"b": "可乐"}, of=of).message


def test_a_plain_create_costs_microseconds():
    """The bar is 15 µs for a plain create; ten times that is a machine under load, not a slip."""
    body = {
        "appid": "wx1234567890abcdef",
        "mchid": "1900000001",
        "description": "可乐",
        "out_trade_no": "ord_123456789",
        "notify_url": "http://127.0.0.1:8000/hook",
        "amount": {"total": 350, "currency": "CNY"},
    }
    best_s = min(timeit.repeat(lambda: check(rules.NATIVE, body), number=200, repeat=5)) / 200
    assert best_s < 150e-6
