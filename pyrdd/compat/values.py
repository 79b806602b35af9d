"""What the scanner knows of the value of an expression, and what that makes of its attributes and calls.

    SparkSession.builder -> Instance(SparkSession.Builder)      df.select -> Method(DataFrame.select)
    functions as F       -> Named(pyspark.sql.functions)        df.select("a") -> Instance(DataFrame)

None stands for everything that is not known: nothing is concluded from it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from pyrdd.compat.members import Member, member_of, members
from pyrdd.util.frozen import frozen

COLUMN, DATAFRAME, RDD = "pyspark.sql.Column", "pyspark.sql.DataFrame", "pyspark.RDD"
SESSION, CONTEXT = "pyspark.sql.SparkSession", "pyspark.SparkContext"

USUAL = {
    "spark": SESSION,
    "spark_session": SESSION,
    "sc": CONTEXT,
    "spark_context": CONTEXT,
    "sqlContext": "pyspark.sql.SQLContext",
}
"""What names stand for that a program uses without binding them, or takes as parameters: fixtures, notebooks."""

_MAKE_FUNCTIONS = {f"pyspark.sql.functions.{name}" for name in ("udf", "pandas_udf", "arrow_udf")}
_RETURNS = {f"{RDD}.toDF": DATAFRAME, "pyspark.sql.UDFRegistration.register": "udf"}


@frozen
class Named:
    """A module, a class or a function of PySpark."""

    name: str


@frozen
class Method:
    """A member that is called: a function, or a method of an object."""

    member: Member


@frozen
class Instance:
    """An object of a class of PySpark."""

    kind: str


@frozen
class Many:
    """Several objects of one kind: a list, an iterator."""

    kind: str


@frozen
class ColumnFunction:
    """What `udf` makes: a call gives a column."""


@dataclass(eq=False)
class Function:
    """A function of the program: what its calls showed of its parameters, and what it returns."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    parameters: dict[str, Value] = field(default_factory=dict)
    returns: Value = None
    is_method: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the parameters that are given by position, ``self`` left out."""
        args = self.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        return names[1:] if self.is_method else names


@dataclass(eq=False)
class Class:
    """A class of the program: what was assigned to attributes of its objects, and its methods."""

    attributes: dict[str, Value] = field(default_factory=dict)
    bases: list[Class] = field(default_factory=list)

    def attribute(self, name: str) -> Value:
        """What an attribute holds, of this class or of one above it."""
        own = self.attributes.get(name)
        if own is not None:
            return own
        return next((found for base in self.bases if (found := base.attribute(name)) is not None), None)


@dataclass(eq=False)
class Module:
    """A module of the program: what its names stand for."""

    names: dict[str, Value] = field(default_factory=dict)


@frozen
class ObjectOf:
    """An object of a class of the program."""

    of: Class


Value = Named | Method | Instance | Many | ColumnFunction | Function | Class | ObjectOf | Module | None


def of_member(member: Member) -> Value:
    """The value of a member that is looked up."""
    if member.kind == "class":
        return Named(member.name)
    return Method(member) if member.is_called else of_type(member.returns)


def of_type(name: str | None) -> Value:
    """An object of a class, or several for ``[class]``."""
    if name is None:
        return None
    if name == "udf":
        return ColumnFunction()
    return Many(name[1:-1]) if name.startswith("[") else Instance(name)


def result_of(member: Member) -> Value:
    """What a call of a member gives."""
    if member.name in _MAKE_FUNCTIONS:
        return ColumnFunction()
    return of_type(_RETURNS.get(member.name, member.returns))


def member_in(value: Value, name: str) -> Member | None:
    """The public member that an attribute of a value is, if PySpark has one."""
    if isinstance(value, Instance):
        return member_of(value.kind, name)
    if isinstance(value, Named):
        return member_of(value.name, name) if value.name in members() else members().get(f"{value.name}.{name}")
    return None


def element_of(value: Value) -> Value:
    """One of several."""
    return Instance(value.kind) if isinstance(value, Many) else None


def item_of(value: Value, index: ast.expr) -> Value:
    """What ``value[index]`` gives."""
    match value:
        case Instance("pyspark.sql.DataFrame"):
            return value if isinstance(index, ast.List | ast.Tuple) else Instance(COLUMN)
        case Instance("pyspark.sql.Column"):
            return value
        case Many():
            return value if isinstance(index, ast.Slice) else element_of(value)
    return None


def combined(values: list[Value]) -> Value:
    """What an operator makes of its operands: a column if one of them is, an RDD of RDDs."""
    kinds = {value.kind for value in values if isinstance(value, Instance)}
    return Instance(COLUMN) if COLUMN in kinds else Instance(RDD) if RDD in kinds else None
