"""The conditions of sketches: names and parameters are Spark's, the sentences our own."""

from __future__ import annotations

from collections.abc import Mapping

SKETCH_CONDITIONS: Mapping[str, str] = {
    "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT": "<msg><hint>",
    "HLL_INVALID_INPUT_SKETCH_BUFFER": "<function> takes HLL sketches, such as `hll_sketch_agg` makes, and this is none.",
    "HLL_INVALID_LG_K": "The `lgConfigK` of <function> must lie between <min> and <max>, not at <value>.",
    "HLL_K_MUST_BE_CONSTANT": "The `lgConfigK` of <function> must be a constant.",
    "HLL_UNION_DIFFERENT_LG_K": (
        "The sketches differ in `lgConfigK`: <left> and <right>. <function> takes them if `allowDifferentLgConfigK` is true."
    ),
    "KLL_INVALID_INPUT_SKETCH_BUFFER": (
        "<function> takes KLL sketches of its type, such as `kll_sketch_agg_...` makes, that are not empty where it asks"
        " for items, and this is none."
    ),
    "KLL_SKETCH_INVALID_QUANTILE_RANGE": "<functionName> takes ranks from 0.0 to 1.0 only.",
    "KLL_SKETCH_K_OUT_OF_RANGE": "The `k` of <functionName> must lie between 8 and 65535, not at <k>.",
    "SKETCH_INVALID_LG_NOM_ENTRIES": "The `lgNomEntries` of <function> must lie between <min> and <max>, not at <value>.",
    "THETA_INVALID_INPUT_SKETCH_BUFFER": (
        "<function> takes theta sketches, such as `theta_sketch_agg` makes, and this is none."
    ),
    "THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY": (
        "<function> takes theta sketches, of the family <expectedFamily>, and this is of the family <actualFamily>."
    ),
    "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT": "The `lgNomEntries` of <function> must be a constant.",
    "TUPLE_INVALID_INPUT_SKETCH_BUFFER": (
        "<function> takes tuple sketches of its type, such as `tuple_sketch_agg_...` makes, and this is none."
    ),
    "TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY": (
        "<function> takes tuple sketches, of the family <expectedFamily>, and this is of the family <actualFamily>."
    ),
    "TUPLE_INVALID_SKETCH_MODE": "The mode of <function> must be one of <validModes>, not '<mode>'.",
}

SKETCH_SQL_STATES: Mapping[str, str] = {
    "HLL_INVALID_INPUT_SKETCH_BUFFER": "22546",
    "HLL_INVALID_LG_K": "22546",
    "HLL_K_MUST_BE_CONSTANT": "42K0E",
    "HLL_UNION_DIFFERENT_LG_K": "22000",
    "KLL_INVALID_INPUT_SKETCH_BUFFER": "22000",
    "KLL_SKETCH_INVALID_QUANTILE_RANGE": "22003",
    "KLL_SKETCH_K_OUT_OF_RANGE": "22003",
    "SKETCH_INVALID_LG_NOM_ENTRIES": "22003",
    "THETA_INVALID_INPUT_SKETCH_BUFFER": "22000",
    "THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY": "22000",
    "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT": "42K0E",
    "TUPLE_INVALID_INPUT_SKETCH_BUFFER": "22000",
    "TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY": "22000",
    "TUPLE_INVALID_SKETCH_MODE": "22023",
}
