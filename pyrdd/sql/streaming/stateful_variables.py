"""The states and timers of a `StatefulProcessor` in one task: what its handle and its state variables stand for.

    family of the store          key               value
    <name of a variable>         the group's key   (row, expiry) | [(row, expiry), ...] | {user key: (user key, row, expiry)}
    $timers                      the group's key   (the key as the user sees it, (expiry, ...))

The values of the group at hand are worked on as they are and put back when the next group comes. Expiries are of TTLs,
None without one; what has expired is not seen, and forgotten at the batch's end.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkException, PySparkRuntimeError
from pyrdd.sql.streaming.state_store import StateStore
from pyrdd.sql.streaming.state_values import hashable, stored_row
from pyrdd.sql.types import DataType, Row, StructType

TIMERS = "$timers"


class Variable:
    """A state variable. The kinds say how a value is empty, copied, and cleaned."""

    kind = ""
    title = ""

    def __init__(self, state: ProcessorState, name: str, schema: StructType, ttl: int | None) -> None:
        self._state, self._name, self._ttl = state, name, ttl
        self._schema, self._convert = schema, stored_row(schema)
        self._value: Any = None
        self._loaded = self._changed = False
        self.deleted = False

    @property
    def value(self) -> Any:
        """What the group has; empty if nothing. To be changed in place, with `touch`."""
        if self.deleted:
            raise self.failed(f"{self.title} state {self._name} is not initialized.", "getting")
        if not self._loaded:
            found = self._state.store.get(self._state.key, self._name)
            self._value, self._loaded = self.cleaned(found), True
        return self._value

    def failed(self, why: str, doing: str) -> PySparkRuntimeError:
        """An operation that cannot be."""
        return PySparkRuntimeError(f"Error {doing} {self.kind} state: {why}")

    def touch(self, value: Any) -> None:
        """Says that the value is this now."""
        if self.deleted:
            raise self.failed(f"{self.title} state {self._name} is not initialized.", "updating")
        self._value, self._loaded, self._changed = value, True, True

    def flush(self) -> None:
        """Puts the group's value into the store."""
        if self._changed:
            if self._value:
                self._state.store.put(self._state.key, self._value, self._name)
            else:
                self._state.store.remove(self._state.key, self._name)
        self._value, self._loaded, self._changed = None, False, False

    def cleaned(self, value: Any) -> Any:
        """A copy of a stored value (None if there is none) that may be changed, without what has expired."""
        raise NotImplementedError

    def row(self, value: Any) -> tuple[Any, ...]:
        """A row that a user sets. Raises if it has other fields than the schema."""
        made = self._convert(value)
        if len(made) != len(self._schema.fields):
            raise self._mismatch(len(self._schema.fields), len(made))
        return made

    def _mismatch(self, wanted: int, given: int) -> PySparkRuntimeError:
        return self.failed(f"{self._name} has {wanted} fields, and the value {given}.", "updating")

    def expiry(self) -> int | None:
        """When a value that is set now expires."""
        return None if self._ttl is None else self._state.timestamp + self._ttl

    def alive(self, expiry: int | None) -> bool:
        """Whether a value can still be seen."""
        return expiry is None or expiry > self._state.timestamp

    def forget_expired(self) -> None:
        """Takes expired values out of the store, for all groups."""
        if self._ttl is None:
            return
        for key, stored in self._state.store.iterate(self._name):
            kept = self.cleaned(stored)
            if not kept:
                self._state.store.remove(key, self._name)
            elif len(kept) != len(stored):
                self._state.store.put(key, kept, self._name)

    # --- what all kinds have -----------------------------------------------------------------------------------

    def exists(self, name: str = "") -> bool:
        """Whether the group has something."""
        return bool(self.value)

    def clear(self, name: str = "") -> None:
        """Forgets what the group has."""
        self.touch(self.cleaned(None))


class ValueVariable(Variable):
    """One row for each group."""

    kind, title = "value", "Value"

    def cleaned(self, value: Any) -> Any:
        return value if value is not None and self.alive(value[1]) else None

    def get(self, name: str = "") -> tuple[Any, ...] | None:
        """The row, None if there is none."""
        found = self.value
        return None if found is None else found[0]

    def update(self, name: str, row: Any) -> None:
        """Sets the row."""
        self.touch((self.row(row), self.expiry()))


class ListVariable(Variable):
    """Rows in their order for each group."""

    kind, title = "list", "List"

    def cleaned(self, value: Any) -> Any:
        return [item for item in value if self.alive(item[1])] if value else []

    def get(self, name: str = "") -> Iterator[tuple[Any, ...]]:
        """The rows."""
        return iter([row for row, _ in self.value])

    def put(self, name: str, rows: Sequence[Any]) -> None:
        """Sets the rows."""
        self.touch([(self.row(row), self.expiry()) for row in self._some(rows)])

    def append(self, name: str, rows: Sequence[Any]) -> None:
        """Adds rows."""
        self.touch([*self.value, *[(self.row(row), self.expiry()) for row in self._some(rows)]])

    def _some(self, rows: Sequence[Any]) -> list[Any]:
        found = list(rows)
        if not found:
            raise self.failed(f"{self._name} cannot be given an empty list; clear() forgets the rows.", "updating")
        return found


class MapVariable(Variable):
    """Rows by keys for each group."""

    kind, title = "map", "Map"

    def __init__(
        self, state: ProcessorState, name: str, key_schema: StructType, schema: StructType, ttl: int | None
    ) -> None:
        super().__init__(state, name, schema, ttl)
        self._key_size, self._convert_key = len(key_schema.fields), stored_row(key_schema)

    def cleaned(self, value: Any) -> Any:
        return {key: item for key, item in value.items() if self.alive(item[2])} if value else {}

    def _found(self, key: Any) -> Any:
        return self.value.get(hashable(self._user_key(key)))

    def _user_key(self, key: Any) -> tuple[Any, ...]:
        made = self._convert_key(key)
        if len(made) != self._key_size:
            raise self._mismatch(self._key_size, len(made))
        return made

    def get_value(self, name: str, key: Any) -> Row | None:
        """The row of a key, None if there is none."""
        found = self._found(key)
        return None if found is None else Row(*self._schema.names)(*found[1])

    def contains_key(self, name: str, key: Any) -> bool:
        """Whether a key has a row."""
        return self._found(key) is not None

    def update_value(self, name: str, key: Any, row: Any) -> None:
        """Sets the row of a key."""
        user_key = self._user_key(key)
        value = self.value
        value[hashable(user_key)] = (user_key, self.row(row), self.expiry())
        self.touch(value)

    def remove_key(self, name: str, key: Any) -> None:
        """Forgets a key."""
        value = self.value
        if value.pop(hashable(self._user_key(key)), None) is not None:
            self.touch(value)

    def pairs(self) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """The keys with their rows, in the order of the keys if they have one, nulls first."""
        found = [(key, row) for key, row, _ in self.value.values()]
        try:
            return sorted(found, key=lambda pair: [(item is not None, item) for item in pair[0]])
        except TypeError:
            return found


class ProcessorState:
    """What a processor's handle works on in a task. ``phase`` is what it is called in Spark: CREATED while `init` runs,
    then INITIALIZED, DATA_PROCESSED, TIMER_PROCESSED, CLOSED.

    ``mode`` is the time mode in small letters; without a time in it, no timers and no TTL.
    """

    def __init__(self, store: StateStore, mode: str, timestamp: int, watermark: int) -> None:
        self.store, self.mode = store, mode
        self.timestamp, self.watermark = timestamp, watermark
        self.phase = "CREATED"
        self.key: Hashable = None
        self._user_key: tuple[Any, ...] | None = None
        self._variables: dict[tuple[str, str], Variable] = {}
        self._timers: set[int] | None = None
        self._timers_changed = False

    def at(self, key: Hashable, user_key: tuple[Any, ...] | None) -> None:
        """The group at hand is now this one."""
        self.flush()
        self.key, self._user_key = key, user_key

    def flush(self) -> None:
        """Puts what the group at hand changed into the store."""
        for variable in self._variables.values():
            variable.flush()
        if self._timers_changed:
            if self._timers:
                self.store.put(self.key, (self._user_key, tuple(sorted(self._timers))), TIMERS)
            else:
                self.store.remove(self.key, TIMERS)
        self._timers, self._timers_changed = None, False

    def finish(self) -> None:
        """The end of the batch: changes are in the store, what has expired is not."""
        self.flush()
        for variable in self._variables.values():
            if not variable.deleted:
                variable.forget_expired()

    @property
    def rows(self) -> int:
        """How many keys there are in the store, of variables and timers."""
        names = {name for (_, name), variable in self._variables.items() if not variable.deleted}
        return sum(map(self.store.size, {*names, TIMERS}))

    # --- variables ---------------------------------------------------------------------------------------------

    def value_variable(self, name: str, schema: StructType | str, ttl: int | None) -> ValueVariable:
        """A variable of one row. Raises PySparkRuntimeError."""
        checked = self._checked("value", name, (schema,), ttl)
        made = self._variables["value", name] = ValueVariable(self, name, checked[0], ttl or None)
        return made

    def list_variable(self, name: str, schema: StructType | str, ttl: int | None) -> ListVariable:
        """A variable of rows in order. Raises PySparkRuntimeError."""
        checked = self._checked("list", name, (schema,), ttl)
        made = self._variables["list", name] = ListVariable(self, name, checked[0], ttl or None)
        return made

    def map_variable(
        self, name: str, key_schema: StructType | str, schema: StructType | str, ttl: int | None
    ) -> MapVariable:
        """A variable of rows by keys. Raises PySparkRuntimeError."""
        keys, rows = self._checked("map", name, (key_schema, schema), ttl)
        made = self._variables["map", name] = MapVariable(self, name, keys, rows, ttl or None)
        return made

    def _checked(self, kind: str, name: str, schemas: Sequence[StructType | str], ttl: int | None) -> list[StructType]:
        parsed = [_struct(kind, schema) for schema in schemas]
        known = self._variables.get((kind, name))
        if known is not None and not known.deleted:
            raise _failed(f"initializing {kind} state", f"{kind.capitalize()} state {name} already exists")
        problem = _problem(name, ttl, self.mode) or self._wrong_phase(f"get_{kind}_state", "CREATED")
        if problem is not None:
            raise _failed(f"initializing {kind} state", problem)
        return parsed

    def _wrong_phase(self, operation: str, *phases: str) -> PySparkException | None:
        if self.phase in phases:
            return None
        return IllegalArgumentException(
            errorClass="STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE",
            messageParameters={"operationType": operation, "handleState": self.phase},
        )

    def delete_if_exists(self, name: str) -> None:
        """Forgets a variable, for all groups."""
        wrong = self._wrong_phase("delete_if_exists", "CREATED")
        if wrong is not None:
            raise _failed("deleting state", wrong)
        for (_, known), variable in self._variables.items():
            variable.deleted = variable.deleted or known == name
        for key, _ in self.store.iterate(name):
            self.store.remove(key, name)

    # --- timers ------------------------------------------------------------------------------------------------

    def register_timer(self, expiry: int) -> None:
        """Adds a timer of the group at hand."""
        self._check_timers("register_timer", "register timer")
        self._own_timers().add(expiry)
        self._timers_changed = True

    def delete_timer(self, expiry: int) -> None:
        """Takes a timer of the group at hand away, if it is there."""
        self._check_timers("delete_timer", "deleting timer")
        self._own_timers().discard(expiry)
        self._timers_changed = True

    def list_timers(self) -> Iterator[int]:
        """The timers of the group at hand."""
        self._check_timers("list_timers", "listing timers")
        return iter(sorted(self._own_timers()))

    def _own_timers(self) -> set[int]:
        if self._timers is None:
            found = self.store.get(self.key, TIMERS)
            self._timers = set(found[1]) if found else set()
        return self._timers

    def _check_timers(self, operation: str, doing: str) -> None:
        wrong = self._wrong_phase(operation, "INITIALIZED", "DATA_PROCESSED")
        if wrong is None and self.mode == "none":
            wrong = IllegalArgumentException(
                errorClass="STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE",
                messageParameters={"operationType": operation, "timeMode": "NoTime"},
            )
        if wrong is not None:
            raise _failed(doing, wrong)

    def expired_timers(self) -> list[tuple[int, Hashable, tuple[Any, ...]]]:
        """The timers that are due, in the order of their expiries: expiry, key of the group, key as the user sees it."""
        limit = {"processingtime": self.timestamp, "eventtime": self.watermark}.get(self.mode, 0)
        self.flush()
        found = [
            (expiry, key, user_key)
            for key, (user_key, expiries) in self.store.iterate(TIMERS)
            for expiry in expiries
            if expiry <= limit
        ]
        return sorted(found, key=lambda item: item[0])


def _struct(kind: str, schema: Any) -> StructType:
    if isinstance(schema, str):
        try:
            parsed = DataType.fromDDL(schema)
        except PySparkException:
            raise _failed("parsing string schema", "") from None
        if not isinstance(parsed, StructType):
            raise _failed("parsing string schema", "")
        return parsed
    text = schema.json()
    if not isinstance(schema, StructType):
        wrong = AnalysisException(errorClass="FAILED_PARSE_STRUCT_TYPE", messageParameters={"raw": f"'{text}'"})
        raise _failed(f"initializing {kind} state", wrong)
    return schema


def _problem(name: str, ttl: int | None, mode: str) -> PySparkException | None:
    if ttl and mode != "processingtime":
        return IllegalArgumentException(
            errorClass="STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL",
            messageParameters={"timeMode": {"none": "NoTime"}.get(mode, "EventTime"), "stateName": name},
        )
    if ttl is not None and ttl < 0:
        return IllegalArgumentException(
            errorClass="STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE",
            messageParameters={"operationType": "update", "stateName": name},
        )
    if not name.strip() or name != name.strip() or name == "default":
        return IllegalArgumentException(
            errorClass="STATE_STORE_CANNOT_USE_COLUMN_FAMILY_WITH_INVALID_NAME",
            messageParameters={"operationName": "create_col_family", "colFamilyName": name},
        )
    if name[0] in "$_":
        return IllegalArgumentException(
            errorClass="STATE_STORE_CANNOT_CREATE_COLUMN_FAMILY_WITH_RESERVED_CHARS",
            messageParameters={"colFamilyName": name},
        )
    return None


def _failed(doing: str, why: PySparkException | str) -> PySparkRuntimeError:
    return PySparkRuntimeError(f"Error {doing}: {why}")
