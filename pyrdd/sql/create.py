"""`SparkSession.createDataFrame`: Python's data as a relation.

rows, dicts, objects --infer or verify--> Arrow table --> LocalRelation
RDD of rows          --infer or verify--> RDD of rows --> RddRelation
pandas, NumPy, Arrow ----------------------------------> LocalRelation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.rdd.facade import RDD
from pyrdd.sql.arguments import wrong_type
from pyrdd.sql.arrow import conform, from_arrow_schema, numpy_to_table, pandas_to_table, rows_to_table
from pyrdd.sql.plan import LocalRelation, LogicalPlan, RddRelation, attributes_of
from pyrdd.sql.types import DataType, StructField, StructType, VariantVal
from pyrdd.sql.types.infer import InferenceRules, _has_nulltype, _merge_type
from pyrdd.sql.types.shapes import distinct_shapes
from pyrdd.sql.types.verify import _make_type_verifier

if TYPE_CHECKING:
    import pyarrow as pa

    from pyrdd.sql.session import SparkSession

Schema = DataType | list[str] | tuple[str, ...] | None


def relation_of(session: SparkSession, data: Any, schema: Any, ratio: float | None, verify: bool) -> LogicalPlan:
    """The relation that ``createDataFrame(data, schema, samplingRatio, verifySchema)`` makes."""
    if hasattr(data, "_plan") and hasattr(data, "_session"):
        raise PySparkTypeError(
            errorClass="INVALID_TYPE", messageParameters={"arg_name": "data", "arg_type": "DataFrame"}
        )
    given: Schema = DataType.fromDDL(schema) if isinstance(schema, str) else schema
    if isinstance(given, (list, tuple)):
        given = list(given)
    if isinstance(data, RDD):
        return _of_rdd(session, data, given, ratio, verify)
    foreign = _foreign(session, data, given, verify)
    return _of_rows(session, data, given, verify) if foreign is None else foreign


def local_relation(session: SparkSession, table: pa.Table, schema: StructType) -> LocalRelation:
    """The relation of an Arrow table whose columns are those of the schema."""
    return LocalRelation(attributes_of(schema), table, session._sc.defaultParallelism)


# --- rows -------------------------------------------------------------------------------------------------------


def _of_rows(session: SparkSession, data: Iterable[Any], schema: Schema, verify: bool) -> LogicalPlan:
    rows = list(data)
    if any(issubclass(kind, VariantVal) for kind in set(map(type, rows))):
        raise PySparkValueError("Rows cannot be of type VariantVal")
    if schema is None or isinstance(schema, (list, tuple)):
        names = None if schema is None else list(schema)
        inferred = _infer_rows(rows, _rules(session), names)
        table = rows_to_table(rows, inferred)
        return local_relation(session, table, _renamed(inferred, names))
    struct, wrap = _as_struct(schema)
    if wrap:
        _verify_values(rows, schema, verify)
        rows = [(row,) for row in rows]
    return local_relation(session, rows_to_table(rows, struct, verify=verify and not wrap), struct)


def _infer_rows(rows: list[Any], rules: InferenceRules, names: list[str] | None) -> StructType:
    if not rows:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    schemas: Iterable[DataType] = (rules.schema_of(row, names) for row in distinct_shapes(rows, rules))
    schema = reduce(_merge_type, schemas)
    if _has_nulltype(schema):
        raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    assert isinstance(schema, StructType)
    return schema


def _renamed(schema: StructType, names: Sequence[str] | None) -> StructType:
    """The inferred schema under the given names."""
    if names is None:
        return schema
    fields = [
        StructField(names[i] if i < len(names) else f.name, f.dataType, f.nullable) for i, f in enumerate(schema.fields)
    ]
    return StructType(fields)


def _as_struct(schema: Any) -> tuple[StructType, bool]:
    """The schema as a struct, and whether it was one value's type, which becomes the column ``value``."""
    if isinstance(schema, StructType):
        return schema, False
    if isinstance(schema, DataType):
        return StructType([StructField("value", schema)]), True
    raise wrong_type("schema", "list, None or StructType", schema)


def _verify_values(values: Iterable[Any], data_type: Any, verify: bool) -> None:
    if verify:
        check = _make_type_verifier(data_type, name="field value")
        for value in values:
            check(value)


def _rules(session: SparkSession) -> InferenceRules:
    conf = session.conf
    return InferenceRules(
        conf.get("spark.sql.pyspark.inferNestedDictAsStruct.enabled") == "true",
        conf.get("spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled") == "true",
        conf.get("spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled") == "true",
        conf.get("spark.sql.timestampType") == "TIMESTAMP_NTZ",
    )


# --- RDDs -------------------------------------------------------------------------------------------------------


def _of_rdd(session: SparkSession, rdd: RDD[Any], schema: Schema, ratio: float | None, verify: bool) -> LogicalPlan:
    if schema is None or isinstance(schema, (list, tuple)):
        names = None if schema is None else list(schema)
        inferred = _infer_rdd(rdd, _rules(session), names, ratio)
        made = _renamed(inferred, names)
        return RddRelation(attributes_of(made), rdd.map(partial(_positional, inferred.names)), made)
    struct, wrap = _as_struct(schema)
    prepare = partial(_prepared, schema if wrap else struct, wrap, verify)
    return RddRelation(attributes_of(struct), rdd.mapPartitions(prepare), struct)


def _infer_rdd(rdd: RDD[Any], rules: InferenceRules, names: list[str] | None, ratio: float | None) -> StructType:
    first = rdd.first()
    if isinstance(first, Sized) and len(first) == 0:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    if ratio is not None:
        sampled = rdd.sample(False, float(ratio)) if ratio < 0.99 else rdd
        found: Any = sampled.map(partial(_schema_of, rules, names)).reduce(_merge_type)
        return found  # type: ignore[no-any-return]
    schema: Any = rules.schema_of(first, names)
    if _has_nulltype(schema):
        for row in rdd.take(100)[1:]:
            schema = _merge_type(schema, rules.schema_of(row, names))
            if not _has_nulltype(schema):
                break
        else:
            raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    return schema  # type: ignore[no-any-return]


def _schema_of(rules: InferenceRules, names: list[str] | None, row: Any) -> DataType:
    return rules.schema_of(row, names)


def _positional(names: Sequence[str], row: Any) -> Any:
    """The values of a dictionary or object in the order of the inferred fields, which may be renamed after."""
    if isinstance(row, (tuple, list)) or row is None:
        return row
    values = row if isinstance(row, dict) else row.__dict__
    return tuple(values.get(name) for name in names)


def _prepared(data_type: DataType, wrap: bool, verify: bool, rows: Iterable[Any]) -> Iterable[Any]:
    check: Callable[[Any], Any] | None = None
    if verify:
        check = _make_type_verifier(data_type, name="field value") if wrap else _make_type_verifier(data_type)
    for row in rows:
        if check is not None:
            check(row)
        yield (row,) if wrap else row


# --- pandas, NumPy, Arrow ---------------------------------------------------------------------------------------


def _foreign(session: SparkSession, data: Any, schema: Schema, verify: bool) -> LogicalPlan | None:
    """The relation of a pandas DataFrame, a NumPy array or an Arrow table; None for anything else."""
    kind = (type(data).__module__.partition(".")[0], type(data).__name__)
    if kind not in (("numpy", "ndarray"), ("pandas", "DataFrame"), ("pyarrow", "Table")):
        return None
    if schema is not None and not isinstance(schema, (StructType, list, tuple)):
        schema = _as_struct(schema)[0]
    conf, zone = session.conf, session._analysis_context().time_zone
    if kind[0] == "pandas":
        table, made = pandas_to_table(
            data,
            schema,
            zone,
            _rules(session),
            conf.get("spark.sql.execution.pandas.convertToArrowArraySafely") == "true",
            conf.get("spark.sql.execution.pandas.inferPandasDictAsMap") == "true",
        )
    elif kind[0] == "numpy":
        names = schema.names if isinstance(schema, StructType) else schema
        table, made = numpy_to_table(data, names)
        made = schema if isinstance(schema, StructType) else made
    else:
        table, made = data, _schema_of_arrow(session, data, schema)
    return local_relation(session, conform(table, made, zone), made)


def _schema_of_arrow(session: SparkSession, table: pa.Table, schema: Any) -> StructType:
    if isinstance(schema, StructType):
        return schema
    return _renamed(from_arrow_schema(table.schema, _rules(session).prefer_timestamp_ntz), schema)
