"""XPath 1.0 on small XML documents: the functions xpath, xpath_string, xpath_int and their kin.

Covered: location paths with the axes child, descendant, descendant-or-self, parent, ancestor, following-sibling,
preceding-sibling, self and attribute; predicates; operators; the core functions. Variables and namespaces are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn
from xml.etree import ElementTree

from pyrdd.errors import PySparkNotImplementedError, SparkRuntimeException
from pyrdd.sql.kernels.number_text import double_to_string


@dataclass(eq=False, slots=True)
class _Node:
    kind: str  # root, element, text, attribute
    name: str = ""
    text: str = ""
    parent: _Node | None = None
    children: list[_Node] = field(default_factory=list)
    attributes: list[_Node] = field(default_factory=list)
    order: int = 0

    def string(self) -> str:
        if self.kind in ("text", "attribute"):
            return self.text
        return "".join(child.string() for child in self.children)


_Value = Any  # a list of nodes, a str, a float or a bool
_Expression = Callable[[_Node, int, int], _Value]


def _load(xml: str, path: str) -> _Node:
    try:
        element = ElementTree.fromstring(xml)
    except ElementTree.ParseError:
        raise SparkRuntimeException(message=f"Error loading expression '{path}'") from None
    root = _Node("root")
    counter = [0]
    _attach(element, root, counter)
    return root


def _attach(element: ElementTree.Element, parent: _Node, counter: list[int]) -> None:
    node = _new("element", element.tag, "", parent, counter)
    parent.children.append(node)
    node.attributes = [_new("attribute", name, text, node, counter) for name, text in element.attrib.items()]
    if element.text:
        node.children.append(_new("text", "", element.text, node, counter))
    for child in element:
        _attach(child, node, counter)
        if child.tail:
            node.children.append(_new("text", "", child.tail, node, counter))


def _new(kind: str, name: str, text: str, parent: _Node, counter: list[int]) -> _Node:
    counter[0] += 1
    return _Node(kind, name, text, parent, order=counter[0])


# --- conversions -----------------------------------------------------------------------------------------------------


def _string(value: _Value) -> str:
    if isinstance(value, list):
        return value[0].string() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value == int(value) if math.isfinite(value) else False:
            return str(int(value))
        return double_to_string(value)
    return str(value)


def _number(value: _Value) -> float:
    if isinstance(value, (bool, float)):
        return float(value)
    text = _string(value).strip(" \t\r\n")
    return float(text) if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", text, re.ASCII) else math.nan


def _boolean(value: _Value) -> bool:
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _compare(operator: str, left: _Value, right: _Value) -> bool:
    """XPath's comparison: of a node set, any node will do."""
    if isinstance(left, list) and not isinstance(right, bool):
        return any(_compare(operator, node.string(), right) for node in left)
    if isinstance(right, list) and not isinstance(left, bool):
        return any(_compare(operator, left, node.string()) for node in right)
    if operator in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            equal = _boolean(left) == _boolean(right)
        elif isinstance(left, float) or isinstance(right, float):
            equal = _number(left) == _number(right)
        else:
            equal = _string(left) == _string(right)
        return equal == (operator == "=")
    first, second = _number(left), _number(right)
    return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[operator]


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


# --- axes ------------------------------------------------------------------------------------------------------------


def _descendants(node: _Node) -> list[_Node]:
    return [found for child in node.children for found in (child, *_descendants(child))]


def _ancestors(node: _Node) -> list[_Node]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def _siblings(node: _Node, after: bool) -> list[_Node]:
    if node.parent is None or node.kind == "attribute":
        return []
    row = node.parent.children
    at = row.index(node)
    return row[at + 1 :] if after else row[:at][::-1]


_AXES: dict[str, Callable[[_Node], list[_Node]]] = {
    "child": lambda node: node.children,
    "descendant": _descendants,
    "descendant-or-self": lambda node: [node, *_descendants(node)],
    "parent": lambda node: [] if node.parent is None else [node.parent],
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)],
    "self": lambda node: [node],
    "attribute": lambda node: node.attributes,
    "following-sibling": lambda node: _siblings(node, True),
    "preceding-sibling": lambda node: _siblings(node, False),
}


def _matches(node: _Node, test: str, axis: str) -> bool:
    if test == "node()":
        return True
    if test == "text()":
        return node.kind == "text"
    return node.kind == ("attribute" if axis == "attribute" else "element") and test in ("*", node.name)


@dataclass(frozen=True, slots=True)
class _Step:
    axis: str
    test: str
    predicates: tuple[_Expression, ...]

    def take(self, nodes: Sequence[_Node]) -> list[_Node]:
        found: dict[int, _Node] = {}
        for node in nodes:
            chosen = [other for other in _AXES[self.axis](node) if _matches(other, self.test, self.axis)]
            for predicate in self.predicates:
                chosen = _filtered(chosen, predicate)
            found.update((id(other), other) for other in chosen)
        return sorted(found.values(), key=lambda other: other.order)


def _filtered(nodes: list[_Node], predicate: _Expression) -> list[_Node]:
    kept = []
    for at, node in enumerate(nodes, start=1):
        value = predicate(node, at, len(nodes))
        if (value == at) if isinstance(value, float) else _boolean(value):
            kept.append(node)
    return kept


# --- functions -------------------------------------------------------------------------------------------------------


def _substring(text: str, start: float, length: float = math.inf) -> str:
    if math.isnan(start) or math.isnan(length):
        return ""
    first = math.floor(start + 0.5)
    last = math.inf if math.isinf(length) else first + math.floor(length + 0.5)
    return "".join(char for at, char in enumerate(text, start=1) if first <= at < last)


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for at, char in enumerate(old):
        table.setdefault(ord(char), new[at] if at < len(new) else None)
    return text.translate(table)


def _name_of(nodes: list[_Node]) -> str:
    return nodes[0].name if nodes else ""


_FUNCTIONS: dict[str, tuple[Callable[..., _Value], tuple[Callable[[_Value], Any] | None, ...] | None]] = {
    "count": (lambda nodes: float(len(nodes)), (None,)),
    "sum": (lambda nodes: float(sum(_number(node.string()) for node in nodes)), (None,)),
    "name": (_name_of, (None,)),
    "local-name": (_name_of, (None,)),
    "string": (lambda text: text, (_string,)),
    "concat": (lambda *texts: "".join(texts), None),
    "starts-with": (lambda text, part: text.startswith(part), (_string, _string)),
    "contains": (lambda text, part: part in text, (_string, _string)),
    "substring-before": (lambda text, part: text.partition(part)[0] if part in text else "", (_string, _string)),
    "substring-after": (lambda text, part: text.partition(part)[2], (_string, _string)),
    "substring": (_substring, (_string, _number, _number)),
    "string-length": (lambda text: float(len(text)), (_string,)),
    "normalize-space": (lambda text: " ".join(text.split()), (_string,)),
    "translate": (_translate, (_string, _string, _string)),
    "not": (lambda value: not value, (_boolean,)),
    "boolean": (lambda value: value, (_boolean,)),
    "true": (lambda: True, ()),
    "false": (lambda: False, ()),
    "number": (lambda value: value, (_number,)),
    "floor": (lambda value: float(math.floor(value)), (_number,)),
    "ceiling": (lambda value: float(math.ceil(value)), (_number,)),
    "round": (lambda value: float(math.floor(value + 0.5)), (_number,)),
}


# --- parser ----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"""\s*(?:("[^"]*"|'[^']*')|(\d+(?:\.\d*)?|\.\d+)|(::|//|\.\.|!=|<=|>=|[-+()\[\]@,.|/=<>*])"""
                    r"""|([A-Za-z_][\w.-]*(?::[\w.-]+)?)|(\$\w+)|(\S))""")  # fmt: skip
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


class _Parser:
    """Recursive descent; each method gives a function of node, position and size."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [match[0].strip() for match in _TOKEN.finditer(text.rstrip())]
        self._at = 0

    def parse(self) -> _Expression:
        expression = self._binary(0)
        if self._peek():
            self._fail()
        return expression

    def _fail(self) -> NoReturn:
        raise SparkRuntimeException(message=f"Invalid XPath '{self._text}'")

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _accept(self, *tokens: str) -> str:
        token = self._peek()
        if token in tokens:
            self._at += 1
            return token
        return ""

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            self._fail()

    def _binary(self, level: int) -> _Expression:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while operator := self._accept(*_LEVELS[level]):
            left = _operation(operator, left, self._binary(level + 1))
        return left

    def _unary(self) -> _Expression:
        if self._accept("-"):
            inner = self._unary()
            return lambda node, at, size: -_number(inner(node, at, size))
        left = self._path()
        while self._accept("|"):
            left = _union(left, self._path())
        return left

    def _path(self) -> _Expression:
        token = self._peek()
        if not token:
            self._fail()
        if self._is_primary(token):
            return self._filter()
        absolute = token in ("/", "//")
        steps: list[_Step] = []
        if token == "/":
            self._at += 1
            if not self._starts_step():
                return _located([], True)
        elif token == "//":
            self._at += 1
            steps.append(_Step("descendant-or-self", "node()", ()))
        return _located(steps + self._steps(), absolute)

    def _is_primary(self, token: str) -> bool:
        if token[0] in "\"'(" or token[0].isdigit() or (token[0] == "." and token[1:2].isdigit()):
            return True
        if token[0] == "$":
            self._refuse("variables")
        return self._peek(1) == "(" and token not in ("text", "node", "comment", "processing-instruction")

    def _refuse(self, what: str) -> NoReturn:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": f"XPath {what} ('{self._text}')", "alternative": "Use a Python UDF."},
        )

    def _filter(self) -> _Expression:
        primary = self._primary()
        predicates = self._predicates()
        if predicates:
            source = primary

            def filtered(node: _Node, at: int, size: int) -> _Value:
                nodes = source(node, at, size)
                for predicate in predicates:
                    nodes = _filtered(nodes, predicate)
                return nodes

            primary = filtered
        steps: list[_Step] = []
        while slash := self._accept("/", "//"):
            if slash == "//":
                steps.append(_Step("descendant-or-self", "node()", ()))
            steps.append(self._step())
        return primary if not steps else _continued(primary, steps)

    def _primary(self) -> _Expression:
        token = self._peek()
        self._at += 1
        if token == "(":
            inner = self._binary(0)
            self._expect(")")
            return inner
        if token[0] in "\"'":
            return lambda node, at, size: token[1:-1]
        if token[0].isdigit() or token[0] == ".":
            number = float(token)
            return lambda node, at, size: number
        return self._call(token)

    def _call(self, name: str) -> _Expression:
        self._expect("(")
        arguments: list[_Expression] = []
        while not self._accept(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._binary(0))
        if name == "position":
            return lambda node, at, size: float(at)
        if name == "last":
            return lambda node, at, size: float(size)
        if name not in _FUNCTIONS:
            self._refuse(f"function {name}()")
        return _application(name, arguments)

    def _starts_step(self) -> bool:
        token = self._peek()
        return bool(token) and (token in (".", "..", "@", "*") or token[0].isalpha() or token[0] == "_")

    def _steps(self) -> list[_Step]:
        steps = [self._step()]
        while slash := self._accept("/", "//"):
            if slash == "//":
                steps.append(_Step("descendant-or-self", "node()", ()))
            steps.append(self._step())
        return steps

    def _step(self) -> _Step:
        if self._accept(".."):
            return _Step("parent", "node()", ())
        if self._accept("."):
            return _Step("self", "node()", ())
        axis = "attribute" if self._accept("@") else "child"
        if self._peek(1) == "::":
            axis = self._peek()
            self._at += 2
            if axis not in _AXES:
                self._refuse(f"axis {axis}")
        if not self._starts_step():
            self._fail()
        test = self._peek()
        self._at += 1
        if ":" in test:
            self._refuse("namespaces")
        if self._accept("("):
            self._expect(")")
            test += "()"
            if test not in ("text()", "node()"):
                self._refuse(test)
        return _Step(axis, test, tuple(self._predicates()))

    def _predicates(self) -> list[_Expression]:
        found = []
        while self._accept("["):
            found.append(self._binary(0))
            self._expect("]")
        return found


def _operation(operator: str, left: _Expression, right: _Expression) -> _Expression:
    if operator == "or":
        return lambda node, at, size: _boolean(left(node, at, size)) or _boolean(right(node, at, size))
    if operator == "and":
        return lambda node, at, size: _boolean(left(node, at, size)) and _boolean(right(node, at, size))
    if operator in ("=", "!=", "<", "<=", ">", ">="):
        return lambda node, at, size: _compare(operator, left(node, at, size), right(node, at, size))
    arithmetic: dict[str, Callable[[float, float], float]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "div": _divide,
        "mod": lambda a, b: math.fmod(a, b) if b and math.isfinite(a) else math.nan,
    }
    compute = arithmetic[operator]
    return lambda node, at, size: compute(_number(left(node, at, size)), _number(right(node, at, size)))


def _union(left: _Expression, right: _Expression) -> _Expression:
    def joined(node: _Node, at: int, size: int) -> _Value:
        nodes = {id(found): found for found in (*left(node, at, size), *right(node, at, size))}
        return sorted(nodes.values(), key=lambda found: found.order)

    return joined


def _located(steps: list[_Step], absolute: bool) -> _Expression:
    def locate(node: _Node, at: int, size: int) -> _Value:
        nodes = [_ancestors(node)[-1] if absolute and node.parent is not None else node]
        for step in steps:
            nodes = step.take(nodes)
        return nodes

    return locate


def _continued(source: _Expression, steps: list[_Step]) -> _Expression:
    def locate(node: _Node, at: int, size: int) -> _Value:
        nodes = source(node, at, size)
        for step in steps:
            nodes = step.take(nodes)
        return nodes

    return locate


def _application(name: str, arguments: list[_Expression]) -> _Expression:
    function, converters = _FUNCTIONS[name]

    def apply(node: _Node, at: int, size: int) -> _Value:
        values = [argument(node, at, size) for argument in arguments]
        if not values and converters:
            values = [[node]]
        kinds = converters if converters is not None else (_string,) * len(values)
        return function(*(value if kind is None else kind(value) for value, kind in zip(values, kinds, strict=False)))

    return apply


@lru_cache(256)
def _compiled(path: str) -> _Expression:
    return _Parser(path).parse()


def _evaluate(xml: str, path: str) -> _Value:
    expression = _compiled(path)
    return expression(_load(xml, path), 1, 1)


# --- SQL functions ---------------------------------------------------------------------------------------------------


def xpath(xml: str, path: str) -> list[str | None]:
    """The values of the nodes: a text's or attribute's text, ``None`` for an element. ``SparkRuntimeException`` for a
    wrong document or path, and for a path to something else than nodes.

    >>> xpath("<a><b>1</b><b>2</b></a>", "a/b/text()")
    ['1', '2']
    """
    value = _evaluate(xml, path)
    if not isinstance(value, list):
        raise SparkRuntimeException(message=f"Invalid XML document: '{path}' does not lead to nodes\n{xml}")
    return [node.text if node.kind in ("text", "attribute") else None for node in value]


def xpath_string(xml: str, path: str) -> str:
    """The text of what the path leads to."""
    return _string(_evaluate(xml, path))


def xpath_boolean(xml: str, path: str) -> bool:
    """Whether the path leads to something, or its truth value."""
    return _boolean(_evaluate(xml, path))


def xpath_double(xml: str, path: str) -> float:
    """The number, NaN for text that is none."""
    return _number(_evaluate(xml, path))


def xpath_integer(xml: str, path: str, bits: int = 32) -> int:
    """The number without its fraction: 0 for text that is none, cut to the type's range as the JVM does."""
    value = _number(_evaluate(xml, path))
    if math.isnan(value):
        return 0
    wide = 64 if bits == 64 else 32
    whole = int(max(min(value, float(1 << 63)), -float(1 << 63)))
    limit = 1 << (wide - 1)
    clipped = max(min(whole, limit - 1), -limit)
    return (clipped + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))
