"""Expressions as DuckDB text. One `Writer` writes one query and remembers which Python kernels the text calls."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import cloudpickle

from pyrdd.sql import types as t
from pyrdd.sql.codegen.ordering import comparable
from pyrdd.sql.codegen.raising import Places, is_repeatable, may_fail, place, writing
from pyrdd.sql.codegen.types import duck_type, duck_zone, literal_sql, quote
from pyrdd.sql.expressions import (
    AggregateCall,
    Alias,
    Attribute,
    Call,
    Case,
    Cast,
    Expression,
    GeneratorCall,
    Lambda,
    LambdaVariable,
    Literal,
    OuterReference,
    SortOrder,
    SubqueryExpression,
    WindowCall,
    WindowExpression,
)
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.codegen.plans import PlanWriter


@dataclass(frozen=True)
class Kernel:
    """A Python function that a query's text calls under ``name``. ``arguments`` and ``result`` are Spark types. With
    ``placed`` the text has one more argument: the number of the place that an error names."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[DataType, ...]
    result: DataType
    null_calls: bool
    deterministic: bool
    placed: bool = True


_PLACEHOLDER = re.compile(r"\{(\*|type\d*|\d+|d|f|o|zone|py)\}")


class Writer:
    """Writes expressions. ``plans`` writes the subqueries in them; ``time_zone`` is that of the session."""

    def __init__(self, plans: PlanWriter | None = None, time_zone: str = "UTC") -> None:
        self.plans, self.time_zone = plans, time_zone
        self.kernels: dict[str, Kernel] = {}
        self.places = Places()
        self._names = 0
        self._known: Mapping[Expression, str] = {}

    @contextmanager
    def knowing(self, texts: Mapping[Expression, str]) -> Iterator[None]:
        """Within it, these expressions are columns that were computed before."""
        before, self._known = self._known, texts
        try:
            yield
        finally:
            self._known = before

    def text(self, expression: Expression) -> str:
        """The DuckDB text of a resolved expression."""
        if self._known and expression in self._known:
            return self._known[expression]
        writer = self._writers.get(type(expression))
        if writer is None:
            raise AssertionError(f"no DuckDB text for {type(expression).__name__}: {expression!r}")
        return writer(self, expression)

    def texts(self, expressions: Sequence[Expression]) -> list[str]:
        """The texts of several expressions."""
        return [self.text(e) for e in expressions]

    def named(self, expression: Expression) -> str:
        """An item of a select list, under the name by which others refer to it."""
        if isinstance(expression, Alias):
            return f"{self.text(expression.child)} AS {column(expression)}"
        return self.text(expression)

    # --- leaves --------------------------------------------------------------------------------------------

    def _attribute(self, expression: Attribute) -> str:
        return column(expression)

    def _outer(self, expression: OuterReference) -> str:
        return column(expression.attribute)

    def _literal(self, expression: Literal) -> str:
        return literal_sql(expression)

    def _alias(self, expression: Alias) -> str:
        return self.text(expression.child)

    def _variable(self, expression: LambdaVariable) -> str:
        return f"v{expression.id}"

    def _lambda(self, expression: Lambda) -> str:
        return f"lambda {', '.join(self.text(p) for p in expression.params)}: {self.text(expression.body)}"

    # --- calls -----------------------------------------------------------------------------------------------

    def condition(self, expression: Expression) -> str:
        """The text of a test of rows, all of whose parts are seen: DuckDB leaves the right side of its AND and OR alone
        where the left one decides, which it does not do for values."""
        if expression in self._known or not _is_connection(expression):
            return self.text(expression)
        return f"({f' {expression.function.name.upper()} '.join(map(self.condition, expression.args))})"

    def _call(self, expression: Call) -> str:
        if _is_connection(expression):
            return self._connected(expression)
        return self.apply(expression, self.texts(expression.args))

    def _connected(self, expression: Call) -> str:
        """AND or OR as a value, without the errors of its right side where the left one decides."""
        *sides, text = self._sides(expression, expression.function.name)
        word = expression.function.name.upper()
        for side in reversed(sides):
            made = f"({side} {word} {text})"
            if may_fail(text) and is_repeatable(side):
                decides, decided = (f"NOT {side}", "false") if word == "AND" else (side, "true")
                made = f"CASE WHEN {decides} THEN {decided} ELSE {made} END"
            text = made
        return text

    def _sides(self, expression: Expression, name: str) -> Iterator[str]:
        """What a chain of the same ANDs or ORs connects."""
        if _is_connection(expression) and expression.function.name == name and expression not in self._known:
            for side in expression.args:
                yield from self._sides(side, name)
        else:
            yield self.text(expression)

    def apply(self, call: Any, args: list[str], distinct: str = "", suffix: str = "", over: str = "") -> str:
        """The text of a call whose arguments are texts already."""
        with writing(self.places, call.origin, call.function.name, over, *args):
            return self._applied(call, args, distinct, suffix, over)

    def _applied(self, call: Any, args: list[str], distinct: str, suffix: str, over: str) -> str:
        function = call.function
        template = function.sql
        if template is None:
            assert function.python is not None, f"{function} has no kernel"
            return self._kernel_call(call, args, distinct, suffix)
        if callable(template):
            aggregate = isinstance(call, AggregateCall | WindowCall)
            # a user's text may hold a "{d}" of its own
            given = [arg.replace("{", "\0") for arg in args] if aggregate else args
            written: str = template(call, given, self) if function.with_writer else template(call, given)
            if aggregate:
                written = written.replace("{d}", distinct).replace("{f}", suffix).replace("{o}", over)
            return written.replace("\0", "{") if aggregate else written

        def fill(match: re.Match[str]) -> str:
            return over if match.group(1) == "o" else self._placeholder(match.group(1), call, args, distinct, suffix)

        return _PLACEHOLDER.sub(fill, template)

    def _placeholder(self, key: str, call: Any, args: list[str], distinct: str, suffix: str) -> str:
        match key:
            case "*":
                return ", ".join(args)
            case "d":
                return distinct
            case "f":
                return suffix
            case "py":
                return self._kernel_call(call, args, distinct, suffix)
            case "zone":
                return f"'{duck_zone(self.time_zone)}'"
            case "type":
                return duck_type(call.data_type)
        if key.startswith("type"):
            return duck_type(call.args[int(key[4:])].data_type)
        return args[int(key)]

    def _kernel_call(self, call: Any, args: list[str], distinct: str, suffix: str) -> str:
        types = tuple(arg.data_type for arg in call.args)
        if isinstance(call, AggregateCall | WindowCall):
            return self._aggregate_kernel(call, args, types, distinct, suffix)
        name = self.kernel(call, types, call.data_type, call.function.null_calls)
        boxed = [_to_kernel(text, d) for text, d in zip(args, types, strict=True)]
        return _from_kernel(_placed(name, boxed), call.data_type)

    def own_kernel(self, call: Any, args: list[str]) -> str:
        """The text that calls the Python kernel of a function, for its own DuckDB text."""
        return self._kernel_call(call, args, "", "")

    def _aggregate_kernel(self, call: Any, args: list[str], types: Any, distinct: str, suffix: str) -> str:
        boxed = [_to_kernel(text, d) for text, d in zip(args, types, strict=True)]
        order = self.order(call.order)
        if len(boxed) == 1:
            collected, kind = f"list({distinct}{boxed[0]}{order}){suffix}", kernel_type(types[0])
        else:
            fields = [t.StructField(f"c{i}", kernel_type(d)) for i, d in enumerate(types)]
            row = "{" + ", ".join(f"'c{i}': {text}" for i, text in enumerate(boxed)) + "}"
            collected, kind = f"list({distinct}{row}{order}){suffix}", t.StructType(fields)
        name = self.kernel(call, (t.ArrayType(kind),), call.data_type, True)
        return _from_kernel(_placed(name, [collected]), call.data_type)

    def kernel(self, call: Any, arguments: tuple[DataType, ...], result: DataType, null_calls: bool) -> str:
        """Notes that the query needs the Python kernel of a call; returns the name by which the text calls it."""
        function = call.function
        made = function.python(call, self) if function.with_writer else function.python(call)
        return self._note(function.name, made, arguments, result, null_calls, function.deterministic)

    def _note(
        self,
        name: str,
        function: Callable[..., Any],
        arguments: tuple[DataType, ...],
        result: DataType,
        null_calls: bool = False,
        deterministic: bool = True,
        placed: bool = True,
    ) -> str:
        stored = tuple(kernel_type(a) for a in arguments)
        digest = hashlib.sha1(cloudpickle.dumps((function, stored, kernel_type(result), null_calls))).hexdigest()[:10]
        name = f"py_{re.sub(r'[^a-z0-9_]', '_', name)}_{digest}"
        self.kernels[name] = Kernel(name, function, stored, kernel_type(result), null_calls, deterministic, placed)
        return name

    def python_call(
        self,
        name: str,
        function: Callable[..., Any],
        args: Sequence[str],
        types: Sequence[DataType],
        result: DataType,
        null_calls: bool = False,
    ) -> str:
        """The text of a call of a (picklable, deterministic) Python function on texts of these types."""
        kernel = self._note(name, function, tuple(types), result, null_calls)
        boxed = [_to_kernel(text, d) for text, d in zip(args, types, strict=True)]
        return _from_kernel(_placed(kernel, boxed), result)

    def let(self, text: str, body: Callable[[str], str]) -> str:
        """``body(text)``; a text that is long is bound to a name, so that repeating it does not multiply its length."""
        if len(text) < 80 and "random()" not in text and "uuid()" not in text:
            return body(text)
        name = self.fresh()
        return f"list_transform([{text}], lambda {name}: {body(name)})[1]"

    def fresh(self) -> str:
        """A name for the parameter of a DuckDB lambda that no other one has."""
        self._names += 1
        return f"x{self._names}"

    def _aggregate(self, expression: AggregateCall) -> str:
        return self._over(expression, "")

    def _over(self, expression: Any, over: str) -> str:
        """An aggregate or window call with its DISTINCT, FILTER and OVER."""
        expression = _guarded(expression)
        args = self.texts(expression.args)
        distinct = "DISTINCT " if getattr(expression, "distinct", False) else ""
        condition = getattr(expression, "filter", None)
        suffix = (f" FILTER (WHERE {self.text(condition)})" if condition is not None else "") + over
        return self.apply(expression, args, distinct, suffix, over)

    def _generator(self, expression: GeneratorCall) -> str:
        return self.apply(expression, self.texts(expression.args))

    # --- forms -----------------------------------------------------------------------------------------------

    def _cast(self, expression: Cast) -> str:
        from pyrdd.sql.codegen.casts import cast_sql  # here: casts are written with this writer

        child = self.text(expression.child)
        with writing(self.places, expression.origin, "cast", expression.data_type, child):
            return cast_sql(expression, child, self)

    def _case(self, expression: Case) -> str:
        branches = self.texts(expression.branches)
        text = "CASE"
        for condition, value in zip(branches[0::2], branches[1::2], strict=True):
            text += f" WHEN {condition} THEN {value}"
        if expression.otherwise is not None:
            text += f" ELSE {self.text(expression.otherwise)}"
        return f"({text} END)"

    def _sort_order(self, expression: SortOrder) -> str:
        direction = "ASC" if expression.ascending else "DESC"
        key = comparable(self.text(expression.child), expression.child.data_type)
        return f"{key} {direction} NULLS {'FIRST' if expression.nulls_first else 'LAST'}"

    def order(self, keys: Sequence[Expression]) -> str:
        """An ORDER BY with a space before it, or nothing. Constants order nothing, and DuckDB would read them as positions."""
        texts = [self.text(k) for k in keys if not (isinstance(k, SortOrder) and k.child.foldable)]
        return f" ORDER BY {', '.join(texts)}" if texts else ""

    def _window(self, expression: WindowExpression) -> str:
        from pyrdd.sql.codegen.frames import over  # here: frames are written with this writer

        return self._over(expression.function, over(self, expression.function, expression.window))

    def _subquery(self, expression: SubqueryExpression) -> str:
        assert self.plans is not None, "a subquery outside a plan"
        return self.plans.subquery(expression, self)

    _writers: dict[type, Callable[..., str]] = {
        Attribute: _attribute,
        OuterReference: _outer,
        Literal: _literal,
        Alias: _alias,
        LambdaVariable: _variable,
        Lambda: _lambda,
        Call: _call,
        AggregateCall: _aggregate,
        WindowCall: lambda self, e: self._over(e, ""),
        GeneratorCall: _generator,
        Cast: _cast,
        Case: _case,
        SortOrder: _sort_order,
        WindowExpression: _window,
        SubqueryExpression: _subquery,
    }


def _guarded(call: Any) -> Any:
    """A call whose arguments are null in the rows that its FILTER drops: DuckDB computes them for these rows too, where
    they may fail. So does Spark for DISTINCT."""
    condition = getattr(call, "filter", None)
    if condition is None or call.distinct or not condition.deterministic:
        return call

    def guarded(value: Any) -> Any:
        if isinstance(value, SortOrder):
            return value.map_children(guarded)
        if isinstance(value, Attribute | Literal):
            return value
        return Case((condition, value), None, value.data_type)

    kept = call.function.constants
    args = tuple(arg if i in kept else guarded(arg) for i, arg in enumerate(call.args))
    return call.copy(args=args, order=tuple(map(guarded, call.order)))


def _is_connection(expression: Expression) -> TypeGuard[Call]:
    return isinstance(expression, Call) and expression.function.name in ("and", "or")


def column(named: Attribute | Alias) -> str:
    """The name of a column inside a query: its own and its id, so that no two are one."""
    return quote(f"{named.name}#{named.id}")


# --- the border to Python kernels ------------------------------------------------------------------------------------


def kernel_type(data_type: DataType) -> DataType:
    """The type by which a value crosses to a kernel: timestamps and day-time intervals as bigint microseconds,
    calendar intervals as lists of months, days and microseconds."""
    match data_type:
        case t.TimestampType() | t.TimestampNTZType() | t.DayTimeIntervalType():
            return t.LongType()
        case t.YearMonthIntervalType() | t.NullType():
            return t.IntegerType()
        case t.CalendarIntervalType():
            return t.ArrayType(t.LongType(), False)
        case t.ArrayType():
            return t.ArrayType(kernel_type(data_type.elementType), True)
        case t.MapType():
            return t.MapType(kernel_type(data_type.keyType), kernel_type(data_type.valueType), True)
        case t.StructType():
            return t.StructType([t.StructField(f.name, kernel_type(f.dataType), True) for f in data_type.fields])
    return data_type


def _placed(kernel: str, arguments: Sequence[str]) -> str:
    """The call of a kernel, which gets the number of the place that an error would name."""
    number = place()
    return f"{kernel}({', '.join((*arguments, str(-1 if number is None else number)))})"


def _to_kernel(text: str, data_type: DataType) -> str:
    match data_type:
        case t.TimestampType() | t.TimestampNTZType():
            return f"epoch_us({text})"
        case t.CalendarIntervalType():
            return _interval_parts(text)
        case t.ArrayType() | t.MapType() | t.StructType() if kernel_type(data_type) != data_type:
            return _convert(text, data_type, _to_kernel)
    return text


def _interval_parts(text: str) -> str:
    """Months, days and microseconds of an INTERVAL as a list."""
    part = {name: f"datepart('{name}', {text})" for name in ("year", "month", "day", "hour", "minute", "microsecond")}
    months = f"{part['year']} * 12 + {part['month']}"
    micros = f"{part['hour']} * 3600000000 + {part['minute']} * 60000000 + {part['microsecond']}"
    return f"CASE WHEN {text} IS NOT NULL THEN [{months}, {part['day']}, {micros}] END"


def _from_kernel(text: str, data_type: DataType) -> str:
    match data_type:
        case t.TimestampType():
            return f"make_timestamptz({text})"
        case t.TimestampNTZType():
            return f"make_timestamp({text})"
        case t.CalendarIntervalType():
            months, days = f"to_months(CAST(({text})[1] AS INTEGER))", f"to_days(CAST(({text})[2] AS INTEGER))"
            return f"({months} + {days} + to_microseconds(({text})[3]))"
        case t.ArrayType() | t.MapType() | t.StructType() if duck_type(kernel_type(data_type)) != duck_type(data_type):
            return _convert(text, data_type, _from_kernel)
    return text


def _convert(text: str, data_type: DataType, item: Callable[[str, DataType], str], depth: int = 0) -> str:
    """A nested value with its timestamps converted."""
    name = f"k{abs(hash((text, depth))) % 99991}"
    match data_type:
        case t.ArrayType():
            return f"list_transform({text}, lambda {name}: {item(name, data_type.elementType)})"
        case t.MapType():
            key, value = item(f"{name}.key", data_type.keyType), item(f"{name}.value", data_type.valueType)
            entries = f"list_transform(map_entries({text}), lambda {name}: {{'key': {key}, 'value': {value}}})"
            return f"map_from_entries({entries})"
        case t.StructType():
            fields = ", ".join(
                f"{quote(f.name)}: {item(f'({text}).{quote(f.name)}', f.dataType)}" for f in data_type.fields
            )
            return f"CASE WHEN ({text}) IS NULL THEN NULL ELSE {{{fields}}} END"
    return item(text, data_type)
