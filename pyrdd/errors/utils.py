"""ErrorClassesReader: from the name of a condition and its parameters to the sentence that the user reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyrdd.errors.conditions import CONDITIONS, OPTIONAL_PARAMETERS, SQL_STATES

_PARAMETER = re.compile(r"<([A-Za-z0-9_-]+)>")


class ErrorClassesReader:
    """Looks conditions up. An unknown condition, a missing and a superfluous parameter are mistakes of the
    caller and raise at once (`ValueError`, `AssertionError`)."""

    def get_error_message(self, errorClass: str, messageParameters: Mapping[str, object]) -> str:
        """The condition's sentence with its parameters filled in.

        >>> ErrorClassesReader().get_error_message("CANNOT_BE_NONE", {"arg_name": "key"})
        '`key` must not be None.'
        """
        template = self.get_message_template(errorClass)
        wanted, given = set(_PARAMETER.findall(template)), set(messageParameters)
        assert given <= wanted and wanted - given <= OPTIONAL_PARAMETERS, (
            f"condition {errorClass} takes the parameters {sorted(wanted)}, not {sorted(given)}"
        )
        return _PARAMETER.sub(lambda m: str(messageParameters.get(m[1], "")), template).rstrip()

    def fitting(self, errorClass: str, parameters: Mapping[str, object]) -> dict[str, str]:
        """The parameters that the condition's sentence has, as text; what it lacks is empty. For callers that raise
        many conditions by one piece of code."""
        wanted = _PARAMETER.findall(self.get_message_template(errorClass))
        return {name: str(parameters.get(name, "")) for name in dict.fromkeys(wanted)}

    def get_message_template(self, errorClass: str) -> str:
        """The sentence with its parameters in angle brackets; a sub-condition's follows its main
        condition's."""
        if errorClass not in CONDITIONS:
            raise ValueError(f"there is no error condition {errorClass!r}")
        main, _, sub = errorClass.partition(".")
        return f"{CONDITIONS[main]} {CONDITIONS[errorClass]}" if sub else CONDITIONS[main]

    def get_sqlstate(self, errorClass: str | None) -> str | None:
        """The SQLSTATE of the condition (a sub-condition has its main condition's), if it has one."""
        return None if errorClass is None else SQL_STATES.get(errorClass.partition(".")[0])

    def get_breaking_change_info(self, errorClass: str | None) -> dict[str, Any] | None:
        """How to migrate to a changed behaviour: no condition of pyrdd comes from one, so always ``None``."""
        return None
