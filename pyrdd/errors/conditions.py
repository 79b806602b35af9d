"""The error conditions: every message that pyrdd raises by name, in one table.

A condition's name, its parameters and its SQLSTATE are PySpark's wherever PySpark has the condition, so
that programs which test ``e.getCondition()`` or ``e.getMessageParameters()`` go on working; the sentences
are our own. A template names its parameters in angle brackets. ``MAIN.SUB`` is a sub-condition: its
sentence follows the main one.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyrdd.errors.aggregate_conditions import AGGREGATE_CONDITIONS, AGGREGATE_SQL_STATES
from pyrdd.errors.analysis_conditions import ANALYSIS_CONDITIONS
from pyrdd.errors.catalog_conditions import CATALOG_CONDITIONS, CATALOG_SQL_STATES
from pyrdd.errors.dataframe_conditions import DATAFRAME_CONDITIONS
from pyrdd.errors.function_conditions import FUNCTION_CONDITIONS, FUNCTION_SQL_STATES
from pyrdd.errors.kernel_conditions import KERNEL_CONDITIONS, KERNEL_SQL_STATES
from pyrdd.errors.parse_conditions import PARSE_CONDITIONS, PARSE_SQL_STATES
from pyrdd.errors.sketch_conditions import SKETCH_CONDITIONS, SKETCH_SQL_STATES
from pyrdd.errors.source_conditions import SOURCE_CONDITIONS, SOURCE_SQL_STATES
from pyrdd.errors.sql_states import ANALYSIS_SQL_STATES
from pyrdd.errors.state_conditions import STATE_CONDITIONS, STATE_SQL_STATES
from pyrdd.errors.streaming_conditions import STREAMING_CONDITIONS, STREAMING_SQL_STATES
from pyrdd.errors.testing_conditions import TESTING_CONDITIONS
from pyrdd.errors.type_conditions import TYPE_CONDITIONS, TYPE_SQL_STATES
from pyrdd.errors.udf_conditions import UDF_CONDITIONS

CONDITIONS: Mapping[str, str] = {
    **AGGREGATE_CONDITIONS,
    **CATALOG_CONDITIONS,
    **ANALYSIS_CONDITIONS,
    **DATAFRAME_CONDITIONS,
    **FUNCTION_CONDITIONS,
    **KERNEL_CONDITIONS,
    **PARSE_CONDITIONS,
    **TYPE_CONDITIONS,
    **SKETCH_CONDITIONS,
    **SOURCE_CONDITIONS,
    **STATE_CONDITIONS,
    **STREAMING_CONDITIONS,
    **TESTING_CONDITIONS,
    **UDF_CONDITIONS,
    # --- arguments ----------------------------------------------------------------------------------------
    "ARGUMENT_REQUIRED": "When <condition>, the argument `<arg_name>` must be given.",
    "CANNOT_BE_EMPTY": "Give at least one <item>.",
    "CANNOT_BE_NONE": "`<arg_name>` must not be None.",
    "CANNOT_CONVERT_TYPE": "A <from_type> cannot be turned into a <to_type>.",
    "CANNOT_SET_TOGETHER": "Of <arg_list>, only one may be set.",
    "CANNOT_WITHOUT": "To <condition1>, <condition2> is needed as well.",
    "DISALLOWED_TYPE_FOR_CONTAINER": (
        "`<arg_name>` (a <arg_type>) may hold <allowed_types> only, but one of its items is a <item_type>."
    ),
    "INDEX_NOT_POSITIVE": "An index must be greater than 0, not <index>.",
    "INDEX_OUT_OF_RANGE": "<arg_name>: there is nothing at index <index>.",
    "INVALID_ITEM_FOR_CONTAINER": (
        "`<arg_name>` may hold <allowed_types> only, but one of its items is <item_type>."
    ),
    "INVALID_MULTIPLE_ARGUMENT_CONDITIONS": "The arguments [<arg_names>] must not be <condition>.",
    "INVALID_TYPE": "`<arg_name>` must not be a <arg_type>.",
    "KEY_NOT_EXISTS": "There is no key `<key>`.",
    "KEY_VALUE_PAIR_REQUIRED": "Give either a key with its value, or a list of pairs.",
    "LENGTH_SHOULD_BE_THE_SAME": (
        "<arg1> and <arg2> must be equally long, but their lengths are <arg1_length> and <arg2_length>."
    ),
    "NEGATIVE_VALUE": "`<arg_name>` must be 0 or more, not <arg_value>.",
    "NOT_EXPECTED_TYPE": "`<arg_name>` must be <expected_type>, not <arg_type>.",
    "NOT_ITERABLE": "<objectName> cannot be iterated over.",
    "NOT_SAME_TYPE": (
        "`<arg_name1>` and `<arg_name2>` must be of one type, but they are <arg_type1> and <arg_type2>."
    ),
    "READ_ONLY": "<object> can be read, not changed.",
    "TOO_MANY_VALUES": "`<item>` takes <expected> values, not <actual>.",
    "UNKNOWN_VALUE_FOR": "`<var>` has a value that is not known here.",
    "VALUE_ALLOWED": "`<arg_name>` must not be <disallowed_value>.",
    "VALUE_NOT_ALLOWED": "`<arg_name>` must be one of <allowed_values>.",
    "VALUE_NOT_BETWEEN": "`<arg_name>` must lie between <min> and <max>.",
    "VALUE_NOT_NON_EMPTY_STR": "`<arg_name>` must be a string that is not empty, not '<arg_value>'.",
    "VALUE_NOT_POSITIVE": "`<arg_name>` must be greater than 0, not <arg_value>.",
    "VALUE_OUT_OF_BOUNDS": "`<arg_name>` must lie between <lower_bound> and <upper_bound>, but is <actual>.",
    # --- what is not there --------------------------------------------------------------------------------
    "ATTRIBUTE_NOT_CALLABLE": "`<attr_name>` of `<obj_name>` cannot be called.",
    "ATTRIBUTE_NOT_SUPPORTED": "The attribute `<attr_name>` is not supported.",
    "JVM_ATTRIBUTE_NOT_SUPPORTED": (
        "`<attr_name>` reaches into Spark's Java virtual machine, and pyrdd has none. Use the public Python"
        " API."
    ),
    "NOT_IMPLEMENTED": "<feature> is not supported by pyrdd. <alternative>",
    "PACKAGE_NOT_INSTALLED": (
        "This needs the package <package_name>, version <minimum_version> or later, which is not installed."
    ),
    "UNSUPPORTED_CALL": "<className>.<methodName> cannot be called:",
    "UNSUPPORTED_CALL.WITHOUT_SUGGESTION": "it has no such thing.",
    "UNSUPPORTED_OPERATION": "<operation> is not possible.",
    "UNSUPPORTED_PACKAGE_VERSION": (
        "This needs <package_name> <minimum_version> or later; version <current_version> is installed."
    ),
    # --- settings and the context -------------------------------------------------------------------------
    "APPLICATION_NAME_NOT_SET": "The application has no name: set `spark.app.name`, or call `setAppName`.",
    "CONTEXT_ALREADY_RUNNING": (
        "A SparkContext runs already (app=<app_name>, master=<master>), created by <call_site>. One process"
        " can have one at a time: stop that one first, or use SparkContext.getOrCreate()."
    ),
    "CONTEXT_STOPPED": "This SparkContext was stopped. Create a new one to run further jobs.",
    "CALL_BEFORE_INITIALIZE": "`<func_name>` has no meaning before there is a <object>.",
    "INVALID_SETTING": "The setting `<key>` cannot be '<value>': <problem>.",
    "MASTER_URL_INVALID": (
        "The master URL is not one that pyrdd knows: use local, local[N], local[*], threads[N] or "
        "local-cluster[executors,cores,memory]."
    ),
    "MASTER_URL_NOT_SET": "The application has no master: set `spark.master`, or call `setMaster`.",
    "UNKNOWN_SETTING": "There is no setting `<key>`. <suggestion>",
    "INCORRECT_CONF_FOR_PROFILE": (
        "Profiling is off: set `spark.python.profile` or `spark.python.profile.memory` to `true` before the"
        " context starts."
    ),
    "MEMORY_PROFILE_INVALID_SOURCE": "The memory profiler needs source code with line numbers.",
    "MISSING_LIBRARY_FOR_PROFILER": "Memory profiling needs the package `memory_profiler` on every executor.",
    # --- what a task may not use --------------------------------------------------------------------------
    "BROADCAST_VARIABLE_NOT_LOADED": "The broadcast variable `<variable>` is not on this executor.",
    "CONTEXT_ONLY_VALID_ON_DRIVER": (
        "A SparkContext exists in the driver only: code that runs in tasks, and broadcast values, must not "
        "refer to it (SPARK-5063). Compute what the task needs before, in the driver."
    ),
    "CONTEXT_UNAVAILABLE_FOR_REMOTE_CLIENT": (
        "A remote client has no SparkContext: create a SparkSession instead."
    ),
    "INVALID_BROADCAST_OPERATION": "A broadcast variable can be <operation> by the driver only.",
    "NO_ACTIVE_OR_DEFAULT_SESSION": "There is no running session: create one with SparkSession.builder.getOrCreate().",
    "NO_ACTIVE_SESSION": "There is no active session: create one with SparkSession.builder.getOrCreate().",
    "NOT_IN_BARRIER_STAGE": "The task does not belong to a barrier stage: start from `rdd.barrier()`.",
    "RDD_TRANSFORM_ONLY_VALID_ON_DRIVER": (
        "An RDD exists in the driver only: its transformations and actions cannot be used inside another "
        "one, nor can it be broadcast (SPARK-5063). Instead of `rdd1.map(lambda x: rdd2.count() * x)`, "
        "count `rdd2` before and use the number, or join the two."
    ),
    "SESSION_ONLY_VALID_ON_DRIVER": (
        "A SparkSession exists in the driver only: code that runs in tasks must not refer to it (SPARK-5063)."
    ),
    "VALUE_NOT_ACCESSIBLE": "Tasks can add to an accumulator but not read it: `<value>` is for the driver.",
    # --- closures and records -----------------------------------------------------------------------------
    "CANNOT_PICKLE_CLOSURE": "<explanation>",
    "CANNOT_PICKLE_RESULT": "The task's result cannot be pickled: <explanation>",
    # --- how jobs and tasks fail --------------------------------------------------------------------------
    "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND": (
        "The local checkpoint <rddBlockId> is gone: its executor was lost, or the RDD was unpersisted. There "
        "is no lineage to recompute it from; `rdd.checkpoint()` would have kept it in files."
    ),
    "EXECUTOR_LOST": (
        "Executor <executor> was lost: <reason>\n  while it ran <place>\n  of the job started by <job>"
    ),
    "INPUT_NOT_FULLY_CONSUMED": "The function did not read its input to the end.",
    "JOB_FAILED": "<reason>\n  in the job started by <job>",
    "PIPE_FUNCTION_EXITED": "The command of `<func_name>` ended with exit code <error_code>.",
    "PYSPARK_ALREADY_IMPORTED": (
        "The real PySpark is imported already, from <path>: install the alias before the first `import pyspark`."
    ),
    "PYTHON_HASH_SEED_NOT_SET": "Hashes of strings differ between processes: set PYTHONHASHSEED.",
    "PYTHON_VERSION_MISMATCH": (
        "The executor runs Python <worker_version> and the driver Python <driver_version>: they must be of "
        "one minor version."
    ),
    "SPARK_JOB_CANCELLED": "Job <jobId> was cancelled. <reason>",
    "STOP_ITERATION_OCCURRED": "A function raised StopIteration(<exc>), which would lose records silently.",
    # --- files ----------------------------------------------------------------------------------------------
    "PATH_ALREADY_EXISTS": "The output path <outputPath> exists already. Remove it, or choose another one.",
    "PATH_NOT_FOUND": "There is nothing at the path <path>.",
    # --- border between driver and executors --------------------------------------------------------------
    "CANNOT_OPEN_SOCKET": "No connection could be opened: <errors>.",
    "PROTOCOL_ERROR": "<failure>. The other side does not speak this version's protocol.",
    "UNEXPECTED_RESPONSE_FROM_SERVER": "The other side answered with something unexpected.",
}

OPTIONAL_PARAMETERS = frozenset({"alternative", "suggestion", "ansiConfig"})
"""Parameters that may be left out; the sentence then ends before them."""

SQL_STATES: Mapping[str, str] = {
    **ANALYSIS_SQL_STATES,
    **AGGREGATE_SQL_STATES,
    **CATALOG_SQL_STATES,
    **SKETCH_SQL_STATES,
    **SOURCE_SQL_STATES,
    **STATE_SQL_STATES,
    **STREAMING_SQL_STATES,
    **TYPE_SQL_STATES,
    **FUNCTION_SQL_STATES,
    **KERNEL_SQL_STATES,
    **PARSE_SQL_STATES,
    "ATTRIBUTE_NOT_SUPPORTED": "0A000",
    "JVM_ATTRIBUTE_NOT_SUPPORTED": "0A000",
    "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND": "56000",
    "NOT_EXPECTED_TYPE": "42K09",
    "NOT_IMPLEMENTED": "0A000",
    "NOT_ITERABLE": "42K09",
    "NOT_SAME_TYPE": "42K09",
    "PATH_ALREADY_EXISTS": "42K04",
    "PATH_NOT_FOUND": "42K03",
    "SPARK_JOB_CANCELLED": "XXKDA",
}
