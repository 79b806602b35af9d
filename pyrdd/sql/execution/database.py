"""The DuckDB databases of this process: opened once (35 ms), one cursor for each task (1 ms).

run(query, inputs)     ->  a cursor with the inputs registered and the kernels known  ->  an Arrow table
stream(query, inputs)  ->  the same, piece by piece: DuckDB makes the next rows when they are asked for

An input is a table, the text of a relation, or pieces of a partition that is too large to be held: these are moved into a
table of the cursor's own, which DuckDB keeps within its memory and spills like its other work.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pyarrow as pa

from pyrdd.errors import QueryContext
from pyrdd.sql.codegen.expressions import Kernel
from pyrdd.sql.codegen.types import duck_type, duck_zone
from pyrdd.sql.execution.culprits import culprit
from pyrdd.sql.execution.failures import failure_of
from pyrdd.sql.execution.kernels import KernelFunction
from pyrdd.sql.execution.pieces import gathered
from pyrdd.util.interrupts import ended_by, interrupt_all

if TYPE_CHECKING:
    from pyrdd.taskcontext import TaskContext

Input: TypeAlias = pa.Table | str | Iterator[pa.Table]

_BATCH_ROWS = 16384
"""How many rows DuckDB hands over at a time."""

FEW_BYTES = 4 << 20
"""What is no larger is computed in one thread: in several, the order of groups would change from run to run."""

LEAST_MEMORY = 64 << 20
"""DuckDB needs some memory to spill at all."""

EXIT_PATIENCE = 10.0
"""How many seconds a program that ends waits for its queries to be interrupted."""

_lock = threading.Lock()
_program_ends = threading.Event()


@dataclass(frozen=True)
class _Database:
    connection: duckdb.DuckDBPyConnection
    # names of the kernels that it has
    known: set[str] = field(default_factory=set)


# by process, and whether queries run in one thread
_databases: dict[tuple[int, bool], _Database] = {}


@dataclass(frozen=True)
class _Limits:
    """What the databases may use: the executor's directory to spill to (so that nothing is left behind), threads for a
    query, bytes."""

    directory: str
    threads: int
    memory: int

    def apply(self, connection: duckdb.DuckDBPyConnection, ordered: bool) -> None:
        spill = os.path.join(self.directory, "duckdb").replace("'", "''")
        connection.execute(f"SET GLOBAL temp_directory='{spill}'")
        connection.execute(f"SET GLOBAL threads={1 if ordered else self.threads}")
        connection.execute(f"SET GLOBAL memory_limit='{max(self.memory, LEAST_MEMORY)}B'")


_limits: _Limits | None = None


def _database(ordered: bool) -> _Database:
    """A database of this process; a forked child opens its own. In that of ``ordered`` queries there is one thread: functions
    are called row by row in their order, which those with a state of their own (numbers of rows, random numbers) rely on,
    and the rows of a result come in the same order each time."""
    key = os.getpid(), ordered
    found = _databases.get(key)
    if found is None:
        if _program_ends.is_set():
            raise RuntimeError("The program ends.")
        with _lock:
            found = _databases.get(key)
            if found is None:
                connection = duckdb.connect(":memory:")
                connection.execute("SET preserve_insertion_order=true")
                if _limits is not None:
                    _limits.apply(connection, ordered)
                found = _databases[key] = _Database(connection)
                atexit.register(_close, key[0])
    return found


def configure(task: TaskContext, threads: int) -> None:
    """Sets what the databases of this process may use. Said anew when another application runs in the process."""
    global _limits
    env = task.env
    wanted = _Limits(env.directory, threads, env.memory.limit)
    if wanted == _limits:
        return
    with _lock:
        _limits = wanted
        for (pid, ordered), found in _databases.items():
            if pid == os.getpid():
                wanted.apply(found.connection, ordered)


def _close(pid: int) -> None:
    """Lets go of the database before the interpreter takes its modules down, or the library reports leaks. Queries end
    before: a thread that came back from one into a finished interpreter would take the process down."""
    if pid != os.getpid():
        return
    from pyrdd.core.context import SparkContext  # here: tasks do not need the context

    context = SparkContext._active_spark_context
    if context is not None:
        context.stop()
    _program_ends.set()
    if not interrupt_all(EXIT_PATIENCE):
        return
    for ordered in (False, True):
        found = _databases.pop((pid, ordered), None)
        if found is not None:
            for name in found.known:
                found.connection.remove_function(name)
            found.connection.close()


def _leave_to_parent() -> None:
    """In a forked child: its copy of the database is without threads, and the library's end of it would crash."""
    global _lock
    _lock = threading.Lock()
    if _databases:
        import ctypes  # here: few programs fork

        for found in _databases.values():
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(found.connection))


os.register_at_fork(after_in_child=_leave_to_parent)


def run(
    text: str,
    inputs: Sequence[Input],
    kernels: Sequence[Kernel] = (),
    settings: Mapping[str, str] | None = None,
    partition: int = 0,
    origins: Sequence[QueryContext] = (),
) -> pa.Table:
    """The rows of a query. Raises what Spark raises for what went wrong in it, which names one of the ``origins``.

    The text may read the number of the ``partition`` as ``getvariable('partition')``.
    """
    ordered = _in_order(inputs, kernels, 0)
    with _prepared(text, inputs, kernels, settings, partition, origins, ordered) as query, query.calling() as cursor:
        return cursor.sql(text).to_arrow_table()


def stream(
    text: str,
    inputs: Sequence[Input],
    kernels: Sequence[Kernel],
    settings: Mapping[str, str],
    partition: int,
    origins: Sequence[QueryContext],
    nbytes: int,
    scanned: int = 0,
) -> Iterator[pa.Table]:
    """What `run` returns, in tables of about ``nbytes``, at least one. The query is over when all are taken, or when the
    generator is closed. ``scanned`` are the bytes of the files that the text reads."""
    ordered = _in_order(inputs, kernels, scanned)
    with _prepared(text, inputs, kernels, settings, partition, origins, ordered) as query:
        with query.calling() as cursor:
            reader = cursor.sql(text).to_arrow_reader(_BATCH_ROWS)
        yield from gathered(query.tables(reader), pa.Table.from_batches([], reader.schema), nbytes)


def _in_order(inputs: Sequence[Input], kernels: Sequence[Kernel], scanned: int) -> bool:
    """Whether a query runs in one thread: its functions go by the order of the rows, or the rows are few."""
    if _limits is None or _limits.threads == 1:
        return False  # any database has one
    if not all(kernel.deterministic for kernel in kernels):
        return True
    sizes = [given.nbytes for given in inputs if isinstance(given, pa.Table)]
    whole = all(isinstance(given, pa.Table | str) for given in inputs)
    return whole and sum(sizes) + scanned <= FEW_BYTES


@contextmanager
def _prepared(
    text: str,
    inputs: Sequence[Input],
    kernels: Sequence[Kernel],
    settings: Mapping[str, str] | None,
    partition: int,
    origins: Sequence[QueryContext],
    ordered: bool,
) -> Iterator[_Query]:
    """A query on a cursor of its own, which knows all that the text names."""
    database = _database(ordered)
    connection = database.connection
    # also around what is short: the process must not end while any thread is in the library
    with ended_by(connection.interrupt):
        for kernel in kernels:
            _declare(database, kernel)
        query = _Query(connection.cursor(), text, origins)
    try:
        with query.calling():
            query.set(settings, partition)
        for index, given in enumerate(inputs):
            query.give(f"input{index}", given)
        yield query
    finally:
        with ended_by(connection.interrupt):
            query.cursor.close()


@dataclass(frozen=True)
class _Query:
    cursor: duckdb.DuckDBPyConnection
    text: str
    origins: Sequence[QueryContext]

    @contextmanager
    def calling(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Around the calls of DuckDB: the end of the task ends them, and what they raise is Spark's. (A reader of the rows
        raises Arrow's exceptions, with DuckDB's words.)"""
        try:
            with ended_by(self.cursor.interrupt):
                yield self.cursor
        except duckdb.InterruptException:
            raise
        except RuntimeError as error:
            # how DuckDB tells of Ctrl-C
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from None
            raise
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise failure_of(error, self.origins, partial(culprit, self.cursor, self.text, str(error))) from None

    def set(self, settings: Mapping[str, str] | None, partition: int) -> None:
        if settings:
            self.cursor.execute(f"SET TimeZone='{duck_zone(settings['TimeZone'])}'")
        if "getvariable('partition')" in self.text:
            self.cursor.execute(f"SET VARIABLE partition = {partition}")

    def give(self, name: str, given: Input) -> None:
        if isinstance(given, str):
            with self.calling() as cursor:
                cursor.execute(f"CREATE TEMPORARY VIEW {name} AS SELECT * FROM {given}")
        elif isinstance(given, pa.Table):
            with self.calling() as cursor:
                cursor.register(name, _positional(given))
        else:
            self._load(name, given)

    def _load(self, name: str, pieces: Iterator[pa.Table]) -> None:
        into = f"CREATE TEMPORARY TABLE {name} AS"
        for piece in pieces:  # what goes wrong while a piece is made is no failure of this query
            with self.calling() as cursor:
                cursor.register("piece", _positional(piece))
                cursor.execute(f"{into} SELECT * FROM piece")
                cursor.unregister("piece")
            into = f"INSERT INTO {name}"
            del piece  # before the next is made

    def tables(self, reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
        """The rows, as they are made."""
        while True:
            with self.calling():
                batch = next(reader, None)
            if batch is None:
                return
            yield pa.Table.from_batches([batch])


def _positional(table: pa.Table) -> pa.Table:
    names = [f"c{i}" for i in range(table.num_columns)]
    named = table if table.column_names == names else table.rename_columns(names)
    for i, column in enumerate(named.columns):
        if pa.types.is_struct(column.type) and any(chunk.offset for chunk in column.chunks):
            # DuckDB reads no structs inside of structs in a part of an array
            named = named.set_column(i, names[i], column.take(pa.array(range(len(column)))))
    return named


def _declare(database: _Database, kernel: Kernel) -> None:
    if kernel.name in database.known:
        return
    with _lock:
        if kernel.name in database.known:
            return
        arguments: list[Any] = [duckdb.sqltype(duck_type(a)) for a in kernel.arguments]
        if kernel.placed:
            arguments.append(duckdb.sqltype("INTEGER"))
        database.connection.create_function(  # type: ignore[call-overload]
            kernel.name,
            KernelFunction(kernel).arrow_call(len(arguments)),
            arguments,
            duckdb.sqltype(duck_type(kernel.result)),
            type="arrow",
            null_handling="special",
            side_effects=not kernel.deterministic,
        )
        database.known.add(kernel.name)
