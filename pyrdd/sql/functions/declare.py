"""How a SQL function is declared: once, with its Python signature, its types and its kernel in one place.

    @scalar(STRING, STRING, returns=INT, sql="levenshtein({0}, {1})")
    def levenshtein(left: ColumnOrName, right: ColumnOrName) -> Column:
        '''Docstring of the public function.'''

The decorator enters a `Function` in the registry (so SQL knows it, under the Python name without a trailing ``_`` unless
``name`` says otherwise) and returns the public Python function. A body that is only a docstring means: take the parameters as
the signature says. ``ColumnOrName`` parameters become columns (a str is a column's name), ``Callable`` ones lambdas, all others
literals; ``*cols`` may be given as one list; trailing ``None`` are left out. A body that returns a Column takes precedence.

What SQL alone knows (operators, special forms) is declared by `declare` without a Python face.

**Kernels.** ``sql`` is the DuckDB text of the call: a template, or a function ``(call, args) -> text`` where ``args`` are
the texts of the arguments. In a template ``{0}``, ``{1}`` are arguments, ``{*}`` all of them joined by commas, ``{type}``
the DuckDB type of the result, ``{type0}`` that of an argument. Every aggregate call in a template reads ``f({d}{0}){f}``:
``{d}`` becomes ``DISTINCT``, ``{f}`` the FILTER and the OVER of the call (``{o}`` the OVER alone). ``python`` is a factory
``(call) -> function``: it gets the resolved call (types, constant arguments) and returns a picklable function of plain
Python values (see `Values` below), which runs inside the query as a vectorised UDF named after the function; a null
argument gives null unless ``null_calls``. Where both are given, the SQL text decides, and calls the kernel as ``{py}`` or
by `Writer.own_kernel` (say, for strings not of ASCII). For an aggregate or window function a ``python`` kernel gets the
list of the group's values (of tuples if several arguments).

**Values** that Python kernels get and give: bool, int, float, str, bytes, Decimal, date, time; timestamps (both kinds) and
day-time intervals are int microseconds, year-month intervals int months, calendar intervals (months, days, microseconds);
arrays are lists, maps lists of pairs, structs dicts, variants dicts of value and metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from pyrdd.sql.functions.inputs import InputType
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.expressions import Expression

Kind = OneOf["scalar", "aggregate", "window", "generator", "special"]
SqlKernel = str | Callable[..., str]
ResultType = DataType | Callable[..., DataType]


@dataclass(frozen=True, eq=False)
class Function:
    """A SQL function. Two are equal if they are the same object; it pickles by its name."""

    name: str
    kind: Kind
    inputs: tuple[InputType | DataType, ...]
    returns: ResultType
    min_args: int
    max_args: int | None
    sql: SqlKernel | None = None
    python: Callable[..., Any] | None = None
    # None: null if any argument may be null
    nullable: bool | Callable[..., bool] | None = None
    deterministic: bool = True
    # names of the parameters, for f(name => value); "" where there is none
    params: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # (args, context) -> args: coercion beyond ``inputs`` (common types, element types)
    coerce: Callable[..., Sequence[Expression]] | None = None
    # (args, context) -> None: raises what Spark raises for arguments of the right type but a wrong value
    check: Callable[..., None] | None = None
    # (args, context) -> Expression: replaces the call altogether (Spark's RuntimeReplaceable)
    rewrite: Callable[..., Expression] | None = None
    # (name, texts of args, call) -> the column's name
    pretty: Callable[..., str] | None = None
    # an infix or prefix operator's symbol, for names
    symbol: str | None = None
    null_calls: bool = False
    ignores_nulls: bool = True
    # (args, sort keys, DISTINCT, context) -> (args, sort keys): what WITHIN GROUP means, its checks included; None: refused
    within_group: Callable[..., tuple[Sequence[Expression], tuple[Expression, ...]]] | None = None
    # whether IGNORE NULLS may follow an aggregate function
    null_treatment: bool = False
    # whether an aggregate function refuses an ORDER BY and a frame in its window
    whole_partition: bool = False
    # the frame that Spark gives a window function: (call) -> WindowFrame
    frame: Callable[..., Any] | None = None
    # a generator that makes a row of nulls where there would be none
    outer: bool = False
    # a generator that stands in FROM only
    only_table: bool = False
    # an aggregate whose results merge: (column of results, call) -> the aggregate call that merges them
    merge: Callable[..., Expression] | None = None
    group: str = ""
    since: str = ""
    aliases: tuple[str, ...] = ()
    doc: str = ""
    # (arguments before the lambda, number of its parameters) -> (type, nullable) of each parameter
    lambda_params: Callable[..., Sequence[tuple[DataType, bool]]] | None = None
    # the positions of arguments that must be constants
    constants: tuple[int, ...] = ()
    # ``sql`` is (call, args, writer) -> text and ``python`` (call, writer) -> function: for what depends on the session's
    # time zone or mixes DuckDB text with calls of Python kernels (`Writer.python_call`)
    with_writer: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return lookup, (self.name,)

    def __repr__(self) -> str:
        return f"Function({self.name})"


REGISTRY: dict[str, Function] = {}
"""Every built-in function by lower-case name, aliases included. Filled by importing the modules of this package."""


WINDOW_FORMS: dict[str, Function] = {}
"""What stands for an aggregate function over a window, where that needs another text. Filled with the registry."""


def declare(function: Function) -> Function:
    """Enters a function under its name and aliases."""
    for name in (function.name, *function.aliases):
        assert name not in REGISTRY, f"{name} is declared twice"
        REGISTRY[name] = function
    return function


def lookup(name: str) -> Function:
    """The built-in function of a lower-case name; KeyError if there is none."""
    if name not in REGISTRY and not _loaded:
        # by name: declarations stand on a higher floor, and fill the registry when they are loaded
        for _ in import_module("pyrdd.sql.functions.catalog").loading():
            if name in REGISTRY:
                break
        else:
            _loaded.append(True)
    return REGISTRY[name]


_loaded: list[bool] = []


def load_all() -> None:
    """Imports every module that declares functions."""
    if _loaded:
        return
    # by name: as above
    for _ in import_module("pyrdd.sql.functions.catalog").loading():
        pass
    _loaded.append(True)
