"""Frozen classes: slotted, immutable, compared by value."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from pyrdd.util.frozen import field, frozen, is_frozen, replace


@frozen
class Base:
    time: int


@frozen
class Derived(Base):
    """A documented class."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    size: int = 3
    kind: ClassVar[str] = "derived"

    def double(self) -> int:
        return 2 * self.size


@frozen
class Empty(Base):
    pass


@frozen
class Checked:
    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("negative")


def test_fields_come_in_the_order_of_inheritance_and_have_their_defaults() -> None:
    made = Derived(1, "a")
    assert (made.time, made.name, made.tags, made.size) == (1, "a", {}, 3)
    assert Derived(time=1, size=4, name="b").double() == 8
    assert Derived.__match_args__ == ("time", "name", "tags", "size")  # type: ignore[attr-defined]
    assert Derived.kind == "derived" and Derived.__doc__ == "A documented class."


def test_each_instance_gets_a_default_of_its_own() -> None:
    assert Derived(1, "a").tags is not Derived(1, "a").tags


@pytest.mark.parametrize("call", [lambda: Derived(1), lambda: Derived(1, "a", {}, 3, 4), lambda: Derived(1, "a", no=1)])
def test_a_wrong_call_is_a_type_error_that_names_the_class(call: Any) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Derived.__init__\(\)"):
            call()


def test_instances_are_equal_by_class_and_values() -> None:
    assert Base(1) == Base(1) != Base(2)
    assert Base(1) != Empty(1) and Empty(1) == Empty(1)
    assert len({Base(1), Base(1), Empty(1)}) == 2
    assert Base(1) != (1,)


def test_instances_are_immutable_and_have_no_dict() -> None:
    made = Derived(1, "a")
    with pytest.raises(AttributeError, match="frozen"):
        made.size = 5  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del made.size
    with pytest.raises(AttributeError):
        made.other = 5  # type: ignore[attr-defined]
    assert not hasattr(made, "__dict__")


def test_an_instance_shows_its_fields() -> None:
    assert repr(Derived(1, "a")) == "Derived(time=1, name='a', tags={}, size=3)"


@pytest.mark.parametrize("made", [Base(1), Derived(1, "a", {"k": "v"}), Empty(7)])
def test_instances_pickle_and_copy(made: Any) -> None:
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == copy.copy(made) == made


def test_replace_gives_a_changed_copy() -> None:
    made = Derived(1, "a")
    assert replace(made, size=9) == Derived(1, "a", {}, 9)
    assert made.size == 3


def test_what_post_init_refuses_is_not_made() -> None:
    assert Checked(1).number == 1
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)


def test_an_instance_can_be_matched() -> None:
    match Derived(1, "a"):
        case Derived(1, name):
            assert name == "a"
        case _:
            raise AssertionError


def test_frozen_classes_are_told_from_other_classes() -> None:
    assert is_frozen(Derived) and not is_frozen(int) and not is_frozen(Derived(1, "a"))
