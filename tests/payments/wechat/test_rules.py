# ruff: noqa: RUF001 - the platform writes Chinese
"""Every rule of every endpoint, by the tables of rule_tables.py."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.payments.wechat.rule_tables import ENDPOINTS, INSIDE, OBJECTS, OUTSIDE, REQUIRED, ROWS
from vendor_sim.payments.wechat import problems
from vendor_sim.payments.wechat.fields import check
from vendor_sim.payments.wechat.problems import WechatError


def put(document, path, value):
    """The document with another value at a place; ``...`` takes it away."""
    changed = copy.deepcopy(document)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    at: Any = changed
    for part, after in zip(parents, [*parents, last][1:], strict=True):
        if isinstance(part, str):
            at = at.setdefault(part, [None] if isinstance(after, int) else {})
        else:
            at = at[part]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return changed


def refused(name, document):
    where, of, *_ = ENDPOINTS[name]
    with pytest.raises(WechatError) as caught:
        check(of, document, where)
    assert (caught.value.code, caught.value.status) == ("PARAM_ERROR", 400)
    assert caught.value.detail["location"] == where
    return caught.value


@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_plainest_request_keeps_the_rules(name):
    where, of, document, _ = ENDPOINTS[name]
    assert check(of, document, where) is None


@pytest.mark.parametrize(("name", "path", "value"), INSIDE)
def test_just_inside_a_bound_is_let_through(name, path, value):
    where, of, document, _ = ENDPOINTS[name]
    assert check(of, put(document, path, value), where) is None


@pytest.mark.parametrize(("name", "path", "label", "value", "why"), OUTSIDE)
def test_just_outside_a_bound_is_refused(name, path, label, value, why):
    where, _, document, _ = ENDPOINTS[name]
    error = refused(name, put(document, path, value))
    number = "" if isinstance(value, str) else "数"
    rule = "字符串" if isinstance(value, str) else ""
    assert error.message == (
        f"输入源“/{where}/{path}”映射到{number}值字段“{label}”{rule}规则校验失败，{why}"
    )
    sized = {"字符数": len, "字节数": lambda text: len(text.encode())}.get(why[:3])
    assert error.detail["value"] == (sized(value) if sized else value)


@pytest.mark.parametrize(("name", "path", "label"), [*REQUIRED, *OBJECTS])
@pytest.mark.parametrize("value", [..., None])
def test_what_is_required_is_missed_also_where_it_is_null(name, path, label, value):
    where, _, document, _ = ENDPOINTS[name]
    error = refused(name, put(document, path, value))
    assert error.message == problems.MISSING.format(path=f"/{where}/{path}", name=label)


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, one.path) for name, one in ROWS if not one.required and one.path[-1] != "0"],
)
def test_what_is_not_required_may_be_null(name, path):
    where, of, document, _ = ENDPOINTS[name]
    assert check(of, put(document, path, None), where) is None


WRONG = {str: 4, int: "1", bool: "true"}
KINDS = {str: "一个 string 类型的 Json 值", bool: "一个 bool 类型的 Json 值",
         int: "一个合法的 64 位有符号整数"}  # fmt: skip
TYPES = [
    (name, one.path, one.label, type(one.inside[0]))
    for name, one in ROWS
    if ENDPOINTS[name][0] == "body"
]


@pytest.mark.parametrize(("name", "path", "label", "kind"), TYPES)
def test_another_type_is_refused(name, path, label, kind):
    document = ENDPOINTS[name][2]
    error = refused(name, put(document, path, WRONG[kind]))
    assert error.message == (
        f"无法将 JSON 输入源“/body/{path}”映射到目标字段“{label}”中，此字段需要{KINDS[kind]}"
    )
    assert error.detail["value"] == WRONG[kind]


@pytest.mark.parametrize("text", ["2018-06-08", "2018-06-08T10:34:56", "2018-13-08T10:34:56Z", "x"])
@pytest.mark.parametrize("name", ["native", "app", "jsapi", "h5"])
def test_an_end_of_paying_that_is_no_instant_is_refused(name, text):
    error = refused(name, put(ENDPOINTS[name][2], "time_expire", text))
    assert error.message == (
        "无法将 JSON 输入源“/body/time_expire”映射到目标字段“交易结束时间”中，"
        "此字段需要一个合法的 RFC 3339 时间"
    )


def test_code_pay_takes_no_notify_url_and_no_end_of_paying():
    """They are let through as any unknown parameter is, and mean nothing."""
    _, of, document, _ = ENDPOINTS["codepay"]
    assert check(of, document | {"notify_url": 1, "time_expire": 1}) is None
