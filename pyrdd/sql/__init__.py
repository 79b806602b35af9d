"""DataFrames and SQL under PySpark's names. Each name is imported when it is first used: a program that only wants a
session and its context loads nothing of Arrow or DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.sql.catalog import Catalog
    from pyrdd.sql.column import Column
    from pyrdd.sql.conf import RuntimeConfig
    from pyrdd.sql.context import HiveContext, SQLContext
    from pyrdd.sql.dataframe import DataFrame, DataFrameNaFunctions, DataFrameStatFunctions
    from pyrdd.sql.group import GroupedData
    from pyrdd.sql.group_python import PandasCogroupedOps
    from pyrdd.sql.merge import MergeIntoWriter
    from pyrdd.sql.observation import Observation
    from pyrdd.sql.readwriter import DataFrameReader, DataFrameWriter, DataFrameWriterV2
    from pyrdd.sql.session import SparkSession
    from pyrdd.sql.types import Geography, Geometry, Row, VariantVal
    from pyrdd.sql.udf import UDFRegistration
    from pyrdd.sql.udtf import UDTFRegistration
    from pyrdd.sql.utils import is_remote
    from pyrdd.sql.window import Window, WindowSpec

__all__ = [
    "Catalog",
    "Column",
    "DataFrame",
    "DataFrameNaFunctions",
    "DataFrameReader",
    "DataFrameStatFunctions",
    "DataFrameWriter",
    "DataFrameWriterV2",
    "Geography",
    "Geometry",
    "GroupedData",
    "HiveContext",
    "MergeIntoWriter",
    "Observation",
    "PandasCogroupedOps",
    "Row",
    "RuntimeConfig",
    "SQLContext",
    "SparkSession",
    "UDFRegistration",
    "UDTFRegistration",
    "VariantVal",
    "Window",
    "WindowSpec",
    "is_remote",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.sql.catalog": "Catalog",
            "pyrdd.sql.column": "Column",
            "pyrdd.sql.conf": "RuntimeConfig",
            "pyrdd.sql.context": "HiveContext SQLContext",
            "pyrdd.sql.dataframe": "DataFrame DataFrameNaFunctions DataFrameStatFunctions",
            "pyrdd.sql.group": "GroupedData",
            "pyrdd.sql.group_python": "PandasCogroupedOps",
            "pyrdd.sql.merge": "MergeIntoWriter",
            "pyrdd.sql.observation": "Observation",
            "pyrdd.sql.readwriter": "DataFrameReader DataFrameWriter DataFrameWriterV2",
            "pyrdd.sql.session": "SparkSession",
            "pyrdd.sql.types": "Geography Geometry Row VariantVal",
            "pyrdd.sql.udf": "UDFRegistration",
            "pyrdd.sql.udtf": "UDTFRegistration",
            "pyrdd.sql.utils": "is_remote",
            "pyrdd.sql.window": "Window WindowSpec",
        }
    ),
)
