"""Window functions: ranks, neighbours, the n-th value of a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Alias, Literal, UnresolvedFunction, WindowFrame
from pyrdd.sql.functions.aggregates import same_type
from pyrdd.sql.functions.decorators import window
from pyrdd.sql.functions.inputs import ANY, DOUBLE, INT
from pyrdd.sql.functions.operators import binary_text


def _ranking(call: Any) -> WindowFrame:
    return WindowFrame("rows", "unbounded", "current")


def _ranks(name: str, result: t.DataType, shown: str | None = None, **more: Any) -> dict[str, Any]:
    text = f"CAST({name}(){{o}} AS {{type}})"
    pretty: Callable[..., str] = lambda name, args, call: f"{shown or name}()"  # noqa: E731
    return {"returns": result, "sql": text, "nullable": False, "frame": _ranking, "pretty": pretty, **more}


@window(**_ranks("row_number", INT))
def row_number() -> Column:
    """Window: the number of the row in its partition, from 1.

    >>> from pyrdd.sql import Window
    >>> spark.range(3).select("id", F.row_number().over(Window.orderBy(F.desc("id"))).alias("n")).sort("id").collect()
    [Row(id=0, n=3), Row(id=1, n=2), Row(id=2, n=1)]
    """


@window(**_ranks("rank", INT, "RANK", variadic=True))
def rank() -> Column:
    """Window: one more than the number of rows that come before; peers have the same, with gaps after them."""


@window(**_ranks("dense_rank", INT, "DENSE_RANK", variadic=True))
def dense_rank() -> Column:
    """Window: the rank without gaps."""


@window(**_ranks("percent_rank", DOUBLE, "PERCENT_RANK", variadic=True))
def percent_rank() -> Column:
    """Window: the rank as a share, from 0 to 1."""


@window(**{**_ranks("cume_dist", DOUBLE), "frame": lambda call: WindowFrame("range", "unbounded", "current")})
def cume_dist() -> Column:
    """Window: the share of rows that come before or are peers."""


def _constant(name: str, index: int, parameter: str, shown: Callable[[Any], str] = quoted_sql) -> Any:
    """Raises DATATYPE_MISMATCH.NON_FOLDABLE_INPUT for an argument that is no constant."""

    def check(args: Sequence[Any], ctx: Any) -> None:
        if not args[index].foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                binary_text(name, args),
                inputName=f"`{parameter}`",
                inputType=quoted_type(args[index].data_type),
                inputExpr=shown(args[index]),
            )

    return check


def _buckets(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    arg = args[0] if args else Literal(1, t.IntegerType())
    _constant("ntile", 0, "buckets")([arg], ctx)
    if not isinstance(arg.data_type, t.IntegerType):
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            binary_text("ntile", [arg]),
            paramIndex="first",
            requiredType='"INT"',
            inputSql=quoted_sql(arg),
            inputType=quoted_type(arg.data_type),
        )
    _positive("ntile", "buckets", [arg], arg, 2147483647, "", ctx)
    return [arg]


def _positive(name: str, parameter: str, args: Sequence[Any], arg: Any, most: int, suffix: str, ctx: Any) -> None:
    value = constant_value(arg, ctx)
    if value is None or value <= 0:
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            binary_text(name, args),
            exprName=parameter,
            valueRange=f"(0, {most}]",
            currentValue=f"{value}{suffix}",
        )


@window(
    ANY, returns=INT, sql="CAST(ntile({0}){o} AS INTEGER)", nullable=False, frame=_ranking, coerce=_buckets, min_args=0
)
def ntile(n: int) -> Column:
    """Window: the number of the row's bucket, of ``n`` of nearly the same size."""


# --- neighbours ----------------------------------------------------------------------------------------------------


def _neighbour_types(name: str) -> Any:
    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        value = args[0]
        offset = args[1] if len(args) > 1 else Literal(1, t.IntegerType())
        default = args[2] if len(args) > 2 else Literal(None, t.NullType())
        shown = [value, offset, default]
        if not offset.foldable:
            text = f"(- {quoted_sql(offset)[1:-1]})" if name == "lag" else quoted_sql(offset)[1:-1]
            _constant(name, 1, "offset", lambda arg: f'"{text}"')(shown, ctx)
        if not isinstance(default.data_type, t.NullType) and default.data_type != value.data_type:
            cast = coercion.implicit_cast(default, value.data_type, ctx)
            if cast is None:
                raise mismatch(
                    "UNEXPECTED_INPUT_TYPE",
                    binary_text(name, shown),
                    paramIndex="third",
                    requiredType=quoted_type(value.data_type),
                    inputSql=quoted_sql(default),
                    inputType=quoted_type(default.data_type),
                )
            default = cast
        value_of = constant_value(offset, ctx)
        if value_of is None:
            raise analysis_error("_LEGACY_ERROR_TEMP_1035", prettyName=name)
        # the written offset is kept where names show it
        written = offset if isinstance(offset, Literal) else Alias(Literal(value_of, INT), quoted_sql(offset)[1:-1], 0)
        return [value, written, default]

    return coerce


def _offset(arg: Any) -> int:
    literal_ = arg.child if isinstance(arg, Alias) else arg
    assert isinstance(literal_, Literal)
    return int(literal_.value)


def _neighbour_frame(call: Any, sign: int) -> WindowFrame:
    offset = Literal(sign * _offset(call.args[1]), t.IntegerType())
    return WindowFrame("rows", offset, offset)


def _neighbour_text(call: Any, args: list[str], name: str) -> str:
    offset = _offset(call.args[1])
    function = name if offset >= 0 else {"lag": "lead", "lead": "lag"}[name]
    nulls = " IGNORE NULLS" if call.ignore_nulls else ""
    return f"{function}({args[0]}, {abs(offset)}, CAST({args[2]} AS {duck_type(call.data_type)}){nulls}){{o}}"


def _neighbour_name(name: str, args: Sequence[str], call: Any) -> str:
    offset = call.args[1]
    shown = offset.name if isinstance(offset, Alias) else args[1]
    return f"{name}({args[0]}, {shown}, {args[2]})"


def _neighbour(name: str, sign: int) -> dict[str, Any]:
    return {
        "returns": same_type,
        "sql": partial(_neighbour_text, name=name),
        "coerce": _neighbour_types(name),
        "nullable": True,
        "frame": partial(_neighbour_frame, sign=sign),
        "pretty": _neighbour_name,
        "null_treatment": True,
        "min_args": 1,
    }


@window(ANY, ANY, ANY, **_neighbour("lag", -1))
def lag(col: ColumnOrName, offset: int = 1, default: Any = None) -> Column:
    """Window: the value ``offset`` rows before, or the default where there is no such row.

    >>> from pyrdd.sql import Window
    >>> spark.range(3).select("id", F.lag("id").over(Window.orderBy("id")).alias("before")).sort("id").collect()
    [Row(id=0, before=None), Row(id=1, before=0), Row(id=2, before=1)]
    """
    return call("lag", column_or_name(col), literal(offset), literal(default))


@window(ANY, ANY, ANY, **_neighbour("lead", 1))
def lead(col: ColumnOrName, offset: int = 1, default: Any = None) -> Column:
    """Window: the value ``offset`` rows after, or the default where there is no such row."""
    return call("lead", column_or_name(col), literal(offset), literal(default))


# --- values of a frame ---------------------------------------------------------------------------------------------


def _nth_check(args: Sequence[Any], ctx: Any) -> None:
    _constant("nth_value", 1, "offset")(args, ctx)
    _positive("nth_value", "offset", args, args[1], 9223372036854775807, "L", ctx)


def _nth_text(call: Any, args: list[str]) -> str:
    nulls = " IGNORE NULLS" if call.ignore_nulls else ""
    return f"nth_value({args[0]}, {args[1]}{nulls}){{o}}"


@window(
    ANY,
    ANY,
    returns=same_type,
    sql=_nth_text,
    nullable=True,
    check=_nth_check,
    null_treatment=True,
    pretty=lambda name, args, call: f"nth_value({args[0]}, {args[1]})" + (" ignore nulls" if call.ignore_nulls else ""),
)
def nth_value(col: ColumnOrName, offset: int, ignoreNulls: bool | None = False) -> Column:
    """Window: the value of the n-th row of the frame, counted from 1; null if the frame is smaller."""
    args = (column_or_name(col).expression, literal(offset).expression)
    return Column(UnresolvedFunction(("nth_value",), args, ignore_nulls=bool(ignoreNulls) or None))
