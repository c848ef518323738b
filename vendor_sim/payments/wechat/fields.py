# ruff: noqa: RUF001 - the platform writes Chinese
"""Field rules as tables, told as the platform tells them (``PARAM_ERROR``).

The wording is that of real answers [spec 5]; each has its JSON pointer, and a ``detail`` with the
place and the value. A rule for the length answers with the length as its value. For example:
``check(Rules(Text("description", "商品描述", chars=(1, 127))), {"description": "Cola"})``.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from vendor_sim.payments.wechat import problems
from vendor_sim.payments.wechat.problems import WechatError

if TYPE_CHECKING:
    from collections.abc import Callable

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MAPPING = "无法将 JSON 输入源“{at}”映射到目标字段“{label}”中，此字段需要{wanted}"
WANTED_TYPE = "一个 {type} 类型的 Json 值"
WANTED_TIME = "一个合法的 RFC 3339 时间"
"""No real answer to a time that is none was found; this follows the wording for integers."""
TEXT_RULE = "输入源“{at}”映射到值字段“{label}”字符串规则校验失败，{why}"
INT_RULE = "输入源“{at}”映射到数值字段“{label}”规则校验失败，{why}"
TOO_SHORT = "{unit} {size}，小于最小值 {bound}"
TOO_LONG = "{unit} {size}，大于最大值 {bound}"
NO_MATCH = "字符串必须匹配正则表达式“{pattern}”"
TOO_LOW = "值低于最小值 {bound}"
TOO_HIGH = "值高于最大值 {bound}"
"""The counterpart of a real wording; no real answer to a number too large was found."""
CHARS, BYTES = "字符数", "字节数"

Bounds = tuple[int, int]


class Rule:
    """What a field must be.

    Args:
        name: Its key in the object it stands in.
        label: What the platform calls it, in its messages.
        required: Whether it must be there. ``null`` counts as absent.
    """

    __slots__ = ("label", "name", "required")
    kind: type
    wanted: str

    def __init__(self, name: str, label: str, *, required: bool = False) -> None:
        self.name = name
        self.label = label
        self.required = required

    def fit(self, value: Any, at: str) -> None:
        """Refuse a value of another type, here or further inside.

        Raises:
            WechatError: ``PARAM_ERROR``.
        """
        if type(value) is not self.kind:
            raise self.unfit(value, at, self.wanted)

    def judge(self, value: Any, at: str) -> None:
        """Refuse a value of another type, or one that breaks the rule.

        Raises:
            WechatError: ``PARAM_ERROR``.
        """
        self.fit(value, at)

    def unfit(self, value: Any, at: str, wanted: str) -> WechatError:
        """A value of another type; JSON has no word for a number beyond all doubles."""
        if type(value) is float and not isfinite(value):
            value = str(value)
        return param_error(MAPPING.format(at=at, label=self.label, wanted=wanted), at, value)


class Text(Rule):
    """A text.

    Args:
        name, label, required: As for :class:`Rule`.
        chars: Fewest and most characters.
        bytes: Fewest and most bytes of UTF-8.
        pattern: All of it must match; quoted in the answer as it stands.
        one_of: The values it may have; told as a pattern.
        read: Takes a time; raises ``ValueError`` where the text is none.
    """

    __slots__ = ("_bytes", "_chars", "_match", "_pattern", "_read")
    kind = str
    wanted = WANTED_TYPE.format(type="string")

    def __init__(
        self,
        name: str,
        label: str,
        *,
        required: bool = False,
        chars: Bounds | None = None,
        bytes: Bounds | None = None,  # noqa: A002 - the table's word for it
        pattern: str | None = None,
        one_of: tuple[str, ...] | None = None,
        read: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(name, label, required=required)
        self._chars = chars
        self._bytes = bytes
        self._read = read
        self._pattern = pattern if one_of is None else f"^({'|'.join(one_of)})$"
        # The platform's classes are ASCII; Python's \d would take Devanagari digits.
        self._match = re.compile(self._pattern, re.ASCII).fullmatch if self._pattern else None

    def judge(self, value: Any, at: str) -> None:
        """Refuse a text that is too short or too long, or does not match."""
        if type(value) is not str:
            raise self.unfit(value, at, self.wanted)
        bounds = self._chars
        if bounds is not None and not bounds[0] <= len(value) <= bounds[1]:
            raise self._sized(CHARS, len(value), bounds, at)
        bounds = self._bytes
        if bounds is not None:
            size = len(value) if value.isascii() else len(value.encode())
            if not bounds[0] <= size <= bounds[1]:
                raise self._sized(BYTES, size, bounds, at)
        if self._match is not None and self._match(value) is None:
            raise self._broken(NO_MATCH.format(pattern=self._pattern), value, at)
        if self._read is not None:
            self._check_time(self._read, value, at)

    def _check_time(self, read: Callable[[str], object], value: str, at: str) -> None:
        try:
            read(value)
        except ValueError:
            raise self.unfit(value, at, WANTED_TIME) from None

    def _sized(self, unit: str, size: int, bounds: Bounds, at: str) -> WechatError:
        form, bound = (TOO_SHORT, bounds[0]) if size < bounds[0] else (TOO_LONG, bounds[1])
        return self._broken(form.format(unit=unit, size=size, bound=bound), size, at)

    def _broken(self, why: str, value: str | int, at: str) -> WechatError:
        return param_error(TEXT_RULE.format(at=at, label=self.label, why=why), at, value)


class Int(Rule):
    """A whole number of 64 bits; ``1.0``, ``"1"`` and ``true`` are none.

    Args:
        name, label, required: As for :class:`Rule`.
        minimum: The least it may be.
        maximum: The most it may be.
    """

    __slots__ = ("_maximum", "_minimum")
    wanted = "一个合法的 64 位有符号整数"

    def __init__(
        self, name: str, label: str, minimum: int, maximum: int, *, required: bool = False
    ) -> None:
        super().__init__(name, label, required=required)
        self._minimum = minimum
        self._maximum = maximum

    def fit(self, value: Any, at: str) -> None:
        """Refuse what is no whole number of 64 bits."""
        if type(value) is not int or not INT64_MIN <= value <= INT64_MAX:
            raise self.unfit(value, at, self.wanted)

    def judge(self, value: Any, at: str) -> None:
        """Refuse a number outside the bounds."""
        if type(value) is int and self._minimum <= value <= self._maximum:
            return
        self.fit(value, at)
        low = value < self._minimum
        why = TOO_LOW.format(bound=self._minimum) if low else TOO_HIGH.format(bound=self._maximum)
        raise param_error(INT_RULE.format(at=at, label=self.label, why=why), at, value)


class Bool(Rule):
    """True or false."""

    __slots__ = ()
    kind = bool
    wanted = WANTED_TYPE.format(type="bool")


class Obj(Rule):
    """An object with rules of its own.

    Args:
        name, label, required: As for :class:`Rule`.
        fields: The rules of its fields. Others are let through.
    """

    __slots__ = ("_fields", "_judges")
    kind = dict
    wanted = WANTED_TYPE.format(type="object")

    def __init__(
        self, name: str, label: str, fields: tuple[Rule, ...], *, required: bool = False
    ) -> None:
        super().__init__(name, label, required=required)
        self._fields = fields
        self._judges = tuple((field.name, field.judge, field.required) for field in fields)

    def fit(self, value: Any, at: str) -> None:
        """Refuse what is no object, or has a field of another type."""
        super().fit(value, at)
        for field in self._fields:
            inner = value.get(field.name)
            if inner is not None:
                field.fit(inner, f"{at}/{field.name}")

    def judge(self, value: Any, at: str) -> None:
        """Refuse an object without a required field, or with one that breaks its rule."""
        if type(value) is not dict:
            raise self.unfit(value, at, self.wanted)
        for name, judge, required in self._judges:
            inner = value.get(name)
            if inner is not None:
                judge(inner, f"{at}/{name}")
            elif required:
                raise self._missing(name, at)

    def _missing(self, name: str, at: str) -> WechatError:
        label = next(field.label for field in self._fields if field.name == name)
        return problems.missing_field(f"{at}/{name}", label, _location(at))


class Items(Rule):
    """A list of the same.

    Args:
        name, label: As for :class:`Rule`.
        of: The rule of each item; its name is not used.
    """

    __slots__ = ("_of",)
    kind = list
    wanted = WANTED_TYPE.format(type="array")

    def __init__(self, name: str, label: str, of: Rule) -> None:
        super().__init__(name, label)
        self._of = of

    def fit(self, value: Any, at: str) -> None:
        """Refuse what is no list, or has an item of another type."""
        super().fit(value, at)
        for number, item in enumerate(value):
            self._of.fit(item, f"{at}/{number}")

    def judge(self, value: Any, at: str) -> None:
        """Refuse a list with an item that breaks its rule."""
        super().fit(value, at)
        for number, item in enumerate(value):
            self._of.judge(item, f"{at}/{number}")


class Rules(Obj):
    """The rules of a body, of a query or of a path's parts."""

    __slots__ = ()
    LABEL = "请求参数"

    def __init__(self, *fields: Rule) -> None:
        super().__init__("", self.LABEL, fields)


def check(rules: Rules, document: Any, where: str = "body") -> None:
    """Refuse parameters that break a rule; a wrong type anywhere is told before all else.

    Args:
        rules: What each must be.
        document: The parsed body, or the names and values of a query or a path.
        where: ``body``, ``query`` or ``uri_template``.

    Raises:
        WechatError: ``PARAM_ERROR``, 400, about the first problem in the order of the rules.
    """
    at, document = f"/{where}", document if where == "body" else dict(document)
    try:
        rules.judge(document, at)
    except WechatError:
        # The platform maps the body before it looks at rules: a real one without mchid and with
        # total 0.01 was refused for the total [ISS wechatpay-axios-plugin/issues/38].
        rules.fit(document, at)
        raise


def param_error(message: str, at: str, value: Any) -> WechatError:
    """A ``PARAM_ERROR`` about the value, or its length, at a pointer like ``/body/appid``."""
    return problems.param_error(message, {"location": _location(at), "value": value})


def _location(at: str) -> str:
    return at.split("/", 2)[1]
