"""ResourceInformation: a named resource and the addresses (GPU indices, say) for a driver or a task."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["ResourceInformation"]


class ResourceInformation:
    """A kind of resource and its addresses.

    >>> ResourceInformation("gpu", ["0", "1"]).addresses
    ['0', '1']
    """

    def __init__(self, name: str, addresses: Sequence[str]) -> None:
        self._name = name
        self._addresses = list(addresses)

    @property
    def name(self) -> str:
        """The kind of resource, such as ``gpu``."""
        return self._name

    @property
    def addresses(self) -> list[str]:
        """The addresses, in the resource's own notation."""
        return self._addresses
