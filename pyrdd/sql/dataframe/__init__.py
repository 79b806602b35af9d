"""DataFrame: a lazy query over named, typed columns. See `pyrdd.sql.dataframe.frame` for how it is assembled."""

from pyrdd.sql.dataframe.frame import DataFrame
from pyrdd.sql.dataframe.missing import DataFrameNaFunctions
from pyrdd.sql.dataframe.statistics import DataFrameStatFunctions

__all__ = ["DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions"]
