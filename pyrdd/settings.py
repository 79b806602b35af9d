"""The settings: each declared once, with its type, its default and a sentence.

Spark's names where Spark has the setting, ``pyrdd.*`` for our own. Code reads ``settings.NAME.read(conf)``;
`reference` renders the page of the documentation; `check` finds unreadable values and misspelt ``pyrdd.*``
keys when a context starts. Spark's other settings are kept in the conf and have no effect, as in Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pyrdd.errors.exceptions.base import IllegalArgumentException
from pyrdd.util.setting import (
    Parser,
    Setting,
    boolean,
    integer,
    one_of,
    real,
    seconds,
    size,
    text,
    texts,
)

T = TypeVar("T")

SECTIONS: dict[str, list[Setting[Any]]] = {}
"""The declared settings by section, in the order of the reference page."""

BY_KEY: dict[str, Setting[Any]] = {}
"""The declared settings by key."""


def _section(title: str) -> None:
    SECTIONS[title] = []


def _register(setting: Setting[T]) -> Setting[T]:
    assert setting.key not in BY_KEY, f"{setting.key} is declared twice"
    BY_KEY[setting.key] = setting
    SECTIONS[next(reversed(SECTIONS))].append(setting)
    return setting


def declare(key: str, parser: Parser[T], default: str, doc: str) -> Setting[T]:
    """Declares a setting that always has a value."""
    setting = Setting(key, parser, default, doc)
    setting.parse(default)
    return _register(setting)


def optional(key: str, parser: Parser[T], doc: str) -> Setting[T | None]:
    """Declares a setting that is ``None`` when it is not set."""
    setting: Setting[T | None] = Setting(key, parser, None, doc)
    return _register(setting)


# --- declarations -----------------------------------------------------------------------------------------

_section("Application")
MASTER = optional(
    "spark.master", text(),
    "Who runs the tasks: `local`, `local[N]`, `local[N,F]`, `local[*]`, `threads[N]` or "
    "`local-cluster[E,C,M]`.",
)
APP_NAME = optional(
    "spark.app.name", text(),
    "The application's name, as the event log and the user interface show it.",
)
APP_ID = optional("spark.app.id", text(), "The application's id. Set by the context.")
LOG_LEVEL = optional(
    "spark.log.level",
    one_of("ALL", "DEBUG", "ERROR", "FATAL", "INFO", "OFF", "TRACE", "WARN", fold=str.upper),
    "The level of the `pyrdd` logger.",
)
PY_FILES = declare(
    "spark.submit.pyFiles", texts(), "",
    "Python files, zips and eggs that tasks can import from.",
)
FILES = declare("spark.files", texts(), "", "Files that tasks find through `SparkFiles.get`.")
FILES_OVERWRITE = declare(
    "spark.files.overwrite", boolean(), "false",
    "Whether `addFile` may replace a file of the same name with another content.",
)
ARCHIVES = declare(
    "spark.archives", texts(), "",
    "Archives that are unpacked for the tasks; `name.zip#dir` names the directory.",
)
LOCAL_DIR = optional(
    "spark.local.dir", text(),
    "Where shuffle files, spills and disk blocks go; the system's temporary directory when not set. Of a "
    "comma-separated list the first is used.",
)
DEFAULT_PARALLELISM = optional(
    "spark.default.parallelism", integer(1),
    "How many partitions `parallelize` and shuffles make when not told; the number of task slots (for "
    "shuffles: the largest parent's partitions) when not set.",
)

_section("Executors")
EXECUTOR_MEMORY = declare(
    "spark.executor.memory", size("m"), "1g",
    "The memory budget of one executor: beyond it records are spilled and cached blocks evicted.",
)
DRIVER_MEMORY = declare(
    "spark.driver.memory", size("m"), "1g",
    "The memory budget of the driver when tasks run inside it (`local`, `threads[N]`).",
)
PYTHON_WORKER_MEMORY = optional(
    "spark.python.worker.memory", size("m"),
    "The memory budget of a worker process, where it is to differ from `spark.executor.memory`.",
)
MAX_RESULT_SIZE = declare(
    "spark.driver.maxResultSize", size(), "1g",
    "A job whose results are larger in sum fails; 0 means no limit.",
)
MEMORY_FRACTION = declare(
    "spark.memory.fraction", real(0), "0.6",
    "The part of the memory budget that aggregation and caching share; the rest is left to your own "
    "objects.",
)
MEMORY_STORAGE_FRACTION = declare(
    "spark.memory.storageFraction", real(0), "0.5",
    "The part of `spark.memory.fraction` whose cached blocks aggregation may not evict.",
)
WORKER_START_TIMEOUT = declare(
    "pyrdd.worker.startTimeout", seconds(), "60s",
    "How long a worker process may take to start and to authenticate itself.",
)
NETWORK_TIMEOUT = declare(
    "spark.network.timeout", seconds(), "120s",
    "A worker process that has not been heard of for this long is lost.",
)
INLINE_RESULT = declare(
    "spark.task.maxDirectResultSize", size(), "1m",
    "A larger result of a task goes to the driver by a file.",
)

_section("Scheduling")
SCHEDULER_MODE = declare(
    "spark.scheduler.mode", one_of("FIFO", "FAIR", fold=str.upper), "FIFO",
    "How the jobs of several threads share the task slots.",
)
SCHEDULER_ALLOCATION_FILE = optional(
    "spark.scheduler.allocation.file", text(),
    "An XML file that declares FAIR pools with mode, weight and minimum share.",
)
TASK_MAX_FAILURES = declare(
    "spark.task.maxFailures", integer(1), "4",
    "How often one task may fail before its job does. On `local[N]` it is 1, on `local[N,F]` it is F.",
)
STAGE_MAX_ATTEMPTS = declare(
    "spark.stage.maxConsecutiveAttempts", integer(1), "4",
    "How often in a row a stage may lose its input before its job fails.",
)
EXECUTOR_MAX_LOSSES = declare(
    "pyrdd.task.maxExecutorLosses", integer(1), "4",
    "How many executors one task may take with it before its job fails.",
)
LOCALITY_WAIT = declare(
    "spark.locality.wait", seconds("ms"), "3s",
    "How long a task waits for a slot on the executor that holds its cached data.",
)
SPECULATION = declare(
    "spark.speculation", boolean(), "false",
    "Start a second attempt of a task that takes much longer than its siblings.",
)
SPECULATION_INTERVAL = declare(
    "spark.speculation.interval", seconds("ms"), "100ms",
    "How often to look for slow tasks.",
)
SPECULATION_MULTIPLIER = declare(
    "spark.speculation.multiplier", real(0), "3",
    "A task is slow when it takes this many times the median.",
)
SPECULATION_QUANTILE = declare(
    "spark.speculation.quantile", real(0), "0.9",
    "The part of a stage's tasks that must be done before any counts as slow.",
)
SPECULATION_MIN_RUNTIME = declare(
    "spark.speculation.minTaskRuntime", seconds("ms"), "100ms",
    "A task that has run for less is never slow.",
)
EXCLUDE_ON_FAILURE = declare(
    "spark.excludeOnFailure.enabled", boolean(), "false",
    "Give no further tasks to an executor on which many failed.",
)
EXCLUDE_TASK_ATTEMPTS = declare(
    "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", integer(1), "1",
    "How often one task may fail on an executor before it is tried elsewhere.",
)
EXCLUDE_STAGE_FAILURES = declare(
    "spark.excludeOnFailure.stage.maxFailedTasksPerExecutor", integer(1), "2",
    "How many tasks of a stage may fail on an executor before it gets no more of that stage.",
)
EXCLUDE_APP_FAILURES = declare(
    "spark.excludeOnFailure.application.maxFailedTasksPerExecutor", integer(1), "2",
    "How many tasks may fail on an executor before it gets no more of any stage.",
)
EXCLUDE_TIMEOUT = declare(
    "spark.excludeOnFailure.timeout", seconds(), "1h",
    "After this time an excluded executor gets tasks again.",
)
NO_EXECUTOR_TIMEOUT = declare(
    "pyrdd.scheduler.noExecutorTimeout", seconds(), "60s",
    "A job fails when no executor has been there for this long.",
)
BARRIER_TIMEOUT = declare(
    "spark.barrier.sync.timeout", seconds(), "365d",
    "How long a task waits at `BarrierTaskContext.barrier` for the others.",
)
TASK_KILL_GRACE = declare(
    "pyrdd.task.killGrace", seconds(), "2s",
    "How long a cancelled task may take to end before its worker process is killed.",
)
JOB_INTERRUPT = declare(
    "spark.job.interruptOnCancel", boolean(), "false",
    "Whether cancelling a job interrupts its running tasks, when the job group does not say.",
)

_section("Shuffle, storage and compression")
RDD_COMPRESS = declare(
    "spark.rdd.compress", boolean(), "true",
    "Compress cached partitions that are kept as bytes.",
)
REDUCER_MAX_SIZE_IN_FLIGHT = declare(
    "spark.reducer.maxSizeInFlight", size("m"), "48m",
    "How much of the map outputs a reduce task fetches at a time.",
)
SHUFFLE_CHECKSUM = declare(
    "spark.shuffle.checksum.enabled", boolean(), "true",
    "Check what is read from shuffle files against its checksum.",
)

ORDER_SEED = optional(
    "pyrdd.order.seed", integer(),
    "Mix up the order of groups, of map outputs and of rows of queries without ORDER BY, by this seed: Spark promises none.",
)

_section("Input and output")
FILES_MAX_PARTITION = declare(
    "spark.files.maxPartitionBytes", size(), "128m",
    "The largest split of `binaryFiles`.",
)
FILES_OPEN_COST = declare(
    "spark.files.openCostInBytes", size(), "4m",
    "What opening a file costs, in bytes that could be read meanwhile; joins small files of `binaryFiles`.",
)
VALIDATE_OUTPUT = declare(
    "spark.hadoop.validateOutputSpecs", boolean(), "true",
    "Refuse to save into a directory that exists.",
)

_section("Closures and errors")
CLOSURE_SERIALIZER = declare(
    "pyrdd.closure.serializer", one_of("cloudpickle", "dill", fold=str.lower), "cloudpickle",
    "Who pickles functions.",
)
CLOSURE_WARN_BYTES = declare(
    "pyrdd.closure.warnBytes", size(), "1m",
    "Warn when a stage's functions are larger than this once pickled, naming what they capture; 0 never "
    "warns.",
)
FULL_TRACEBACK = declare(
    "pyrdd.debug.fullTraceback", boolean(), "false",
    "Show the engine's own frames in tracebacks.",
)

_section("Watching")
EVENT_LOG = declare("spark.eventLog.enabled", boolean(), "false", "Write every event to a log.")
EVENT_LOG_DIR = declare(
    "spark.eventLog.dir", text(), "/tmp/spark-events",
    "The directory of event logs; a local path or a `file:` URI.",
)
EXTRA_LISTENERS = declare(
    "spark.extraListeners", texts(), "",
    "Classes (`module.Class`) whose instances are told every event.",
)
CONSOLE_PROGRESS = declare(
    "spark.ui.showConsoleProgress", boolean(), "true",
    "Show progress bars while a job runs; a terminal or notebook only.",
)
CONSOLE_PROGRESS_DELAY = declare(
    "spark.ui.consoleProgress.update.interval", seconds("ms"), "200ms",
    "How often progress bars are redrawn.",
)
RETAINED_JOBS = declare(
    "spark.ui.retainedJobs", integer(1), "1000",
    "How many finished jobs the status tracker remembers.",
)
RETAINED_STAGES = declare(
    "spark.ui.retainedStages", integer(1), "1000",
    "How many finished stages the status tracker remembers.",
)
PROFILE = declare(
    "spark.python.profile", boolean(), "false",
    "Profile the tasks' Python code; `SparkContext.show_profiles` shows it.",
)
PROFILE_MEMORY = declare(
    "spark.python.profile.memory", boolean(), "false",
    "Profile the memory of the tasks' Python code.",
)
PROFILE_DUMP = optional(
    "spark.python.profile.dump", text(),
    "A directory that profiles are written to when the program ends.",
)

EXECUTOR_ENV_PREFIX = "spark.executorEnv."
"""``spark.executorEnv.NAME`` is the environment variable ``NAME`` in every worker process."""


def executor_env(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The environment variables that the settings give to worker processes.

    >>> executor_env([("spark.executorEnv.LANG", "C"), ("spark.app.name", "x")])
    {'LANG': 'C'}
    """
    skip = len(EXECUTOR_ENV_PREFIX)
    return {key[skip:]: value for key, value in items if key.startswith(EXECUTOR_ENV_PREFIX)}


def lookup(key: str) -> Setting[Any]:
    """The declared setting of that key; `IllegalArgumentException`, with the nearest key, when there is
    none."""
    if key in BY_KEY:
        return BY_KEY[key]
    raise IllegalArgumentException(
        errorClass="UNKNOWN_SETTING", messageParameters={"key": key, "suggestion": _suggestion(key)}
    )


def _suggestion(key: str) -> str:
    from difflib import get_close_matches  # imported only to explain a misspelling

    near = get_close_matches(key, BY_KEY, n=1)
    return f"Did you mean `{near[0]}`?" if near else ""


def check(given: Mapping[str, str]) -> None:
    """Reads every declared setting that is given, and refuses ``pyrdd.*`` keys that are not declared."""
    for key in given:
        if key in BY_KEY:
            BY_KEY[key].read(given)
        elif key.startswith("pyrdd."):
            lookup(key)


def reference() -> str:
    """The reference page of all settings, in Markdown."""
    return "\n\n".join(["# Settings", *map(_table, SECTIONS)]) + "\n"


def _table(title: str) -> str:
    rows = [f"| `{s.key}` | {_shown_default(s)} | {s.parser.kind} | {s.doc} |" for s in SECTIONS[title]]
    return "\n".join([f"## {title}\n", "| setting | default | values | what it does |", "|---|---|---|---|",
    *rows])


def _shown_default(setting: Setting[Any]) -> str:
    return f"`{setting.default}`" if setting.default else "-"
