"""Changing variants at a path. Each function has a sibling that gives ``None`` where it is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.kernels.variants import Variant, _decode, _steps
from pyrdd.sql.types.variant_encoding import encode

_Steps = tuple[Any, ...]


def _wrong(condition: str, **parameters: Any) -> SparkRuntimeException:
    return SparkRuntimeException(errorClass=condition, messageParameters={k: str(v) for k, v in parameters.items()})


def _parsed(path: str, function: str) -> _Steps:
    steps = _steps(path)
    if steps is None:
        raise _wrong("INVALID_VARIANT_GET_PATH", path=path, functionName=f"`{function}`")
    return steps


def _changed(
    value: Any,
    steps: _Steps,
    change: Callable[[Any, Any], Any],
    function: str = "",
    done: _Steps = (),
    grow: bool = False,
) -> Any:
    """The value with ``change(container, last step)`` applied where the path ends. A path that leads nowhere changes nothing,
    or is made if the value may ``grow``."""
    step, rest = steps[0], steps[1:]
    if isinstance(step, int) != isinstance(value, list) or not isinstance(value, dict | list):
        raise _no_fit((*done, *steps), done, function)
    if not rest:
        return change(value, step)
    if step >= len(value) if isinstance(value, list) else step not in value:
        if not grow:
            return value
        made = _changed([] if isinstance(rest[0], int) else {}, rest, change, function, (*done, step), True)
        if isinstance(value, list):
            return [*value, *[None] * (step - len(value)), made]
        return {**value, step: made}
    item = _changed(value[step], rest, change, function, (*done, step), grow)
    if isinstance(value, list):
        return [*value[:step], item, *value[step + 1 :]]
    return {**value, step: item}


def _no_fit(path: _Steps, at: _Steps, function: str) -> SparkRuntimeException:
    return _wrong(
        "VARIANT_PATH_TYPE_MISMATCH",
        path=f"'{_text(path)}'",
        conflictPath=f"'{_text(at)}'",
        functionName=f"`{function}`",
    )


def _text(steps: _Steps) -> str:
    return "$" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)


def insert(variant: Variant, path: str, new: Any) -> Variant:
    """The variant with a value where there was none; in an array it is put before the element at the index."""
    steps = _parsed(path, "variant_insert")

    def change(container: Any, step: Any) -> Any:
        if isinstance(container, list):
            padded = container + [None] * (step - len(container))
            return [*padded[:step], new, *padded[step:]]
        if step in container:
            raise _wrong("VARIANT_DUPLICATE_KEY", key=step)
        return {**container, step: new}

    return encode(_changed(_decode(variant), steps, change, "variant_insert", grow=True))


def put(variant: Variant, path: str, new: Any, create: bool = True) -> Variant:
    """The variant with the value at a path replaced, or made if ``create``."""
    steps = _parsed(path, "variant_set")
    if not steps:
        return encode(new)

    def change(container: Any, step: Any) -> Any:
        if isinstance(container, list):
            if step < len(container):
                return [new if i == step else item for i, item in enumerate(container)]
            return [*container, *[None] * (step - len(container)), new] if create else container
        return {**container, step: new} if create or step in container else container

    return encode(_changed(_decode(variant), steps, change, "variant_set", grow=create))


def append(variant: Variant, path: str, new: Any) -> Variant:
    """The variant with one more element in the array at a path."""
    steps = _parsed(path, "variant_array_append")
    if not steps:
        return encode(_appended(_decode(variant), new, steps))

    def change(container: Any, step: Any) -> Any:
        if isinstance(container, list):
            return [_appended(item, new, steps) if i == step else item for i, item in enumerate(container)]
        return {key: _appended(item, new, steps) if key == step else item for key, item in container.items()}

    return encode(_changed(_decode(variant), steps, change, "variant_array_append"))


def _appended(value: Any, new: Any, steps: _Steps) -> list[Any]:
    if not isinstance(value, list):
        raise _no_fit(steps, steps, "variant_array_append")
    return [*value, new]


def delete(variant: Variant, *paths: str) -> Variant:
    """The variant without what the paths lead to."""
    value = _decode(variant)
    for path in paths:
        steps = _parsed(path, "variant_delete")
        try:
            value = _changed(value, steps, _without) if steps else value
        except SparkRuntimeException:
            continue
    return encode(value)


def _without(container: Any, step: Any) -> Any:
    if isinstance(container, list):
        return [item for i, item in enumerate(container) if i != step]
    return {key: item for key, item in container.items() if key != step}


def strip_nulls(variant: Variant, include_arrays: bool = True) -> Variant:
    """The variant without fields that are null, and without such elements of arrays."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: stripped(item) for key, item in value.items() if item is not None}
        if isinstance(value, list):
            return [stripped(item) for item in value if item is not None or not include_arrays]
        return value

    return encode(stripped(_decode(variant)))


def _or_none(function: Callable[..., Variant], *args: Any) -> Variant | None:
    try:
        return function(*args)
    except SparkRuntimeException:
        return None


def try_insert(variant: Variant, path: str, new: Any) -> Variant | None:
    """`insert`, or ``None``."""
    return _or_none(insert, variant, path, new)


def try_put(variant: Variant, path: str, new: Any, create: bool = True) -> Variant | None:
    """`put`, or ``None``."""
    return _or_none(put, variant, path, new, create)


def try_append(variant: Variant, path: str, new: Any) -> Variant | None:
    """`append`, or ``None``."""
    return _or_none(append, variant, path, new)
