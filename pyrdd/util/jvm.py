"""Members of PySpark's objects that are handles into its Java virtual machine, refused by name.

Programs ask ``hasattr(sc, "_jvm")`` to learn whether there is one, so the refusal is an AttributeError as well.
"""

from __future__ import annotations

from typing import NoReturn

from pyrdd.errors import PySparkAttributeError


def no_jvm(name: str) -> PySparkAttributeError:
    """JVM_ATTRIBUTE_NOT_SUPPORTED for a member."""
    return PySparkAttributeError(errorClass="JVM_ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": name})


class JvmOnly:
    """A member that would lead into the Java virtual machine: reading it raises JVM_ATTRIBUTE_NOT_SUPPORTED.

    >>> class Context:
    ...     _jvm = JvmOnly()
    >>> hasattr(Context(), "_jvm")
    False
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise no_jvm(self._name)
