"""An expression of Liquid -> the field or the condition that we can look up ourselves, if it is that simple."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liquid import RenderContext
from liquid.builtin.expressions import (
    BooleanExpression,
    Filter,
    FilteredExpression,
    Nil,
    Path,
    PositionalArgument,
    StringLiteral,
)
from liquid.builtin.expressions.logical import (
    EqExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    NeExpression,
)
from liquid.expression import Expression

from hopnps.domain.merge_fields import is_known

Rooms = Mapping[str, Any]
Finder = Callable[[Rooms], Any]
COUNTS = frozenset({"index", "index0", "rindex", "rindex0", "first", "last", "length"})
_OF_LIQUID = frozenset({"size", "first", "last"})  # asked of any value


@dataclass(frozen=True)
class Field:
    """One value, `otherwise` (the author's words, if there are any) where it is empty; `within` is the open room it
    stands in, as "attributes" of a contact. `ours`: letters, digits and dashes that we made, always there.
    """

    room: str
    name: str
    otherwise: str | None = None
    within: str = ""
    ours: bool = False

    @property
    def path(self) -> str:
        return ".".join(part for part in (self.room, self.within, self.name) if part)

    def finder(self) -> Finder:
        """What finds its value, None where there is none: made once for a text, called for each client."""
        room, within, name = self.room, self.within, self.name
        if within:

            def inside(values: Rooms) -> Any:
                found = values.get(room)
                found = found.get(within) if found else None
                return found.get(name) if found else None

            return inside

        def there(values: Rooms) -> Any:
            found = values.get(room)
            return found.get(name) if found else None

        return there


@dataclass(frozen=True)
class Item(Field):
    """What a loop has come to, or one of its parts."""

    def finder(self) -> Finder:
        room, name = self.room, self.name
        if not name:
            return lambda values: values.get(room)

        def part(values: Rooms) -> Any:
            item = values.get(room)
            return item.get(name) if isinstance(item, Mapping) else None

        return part


@dataclass(frozen=True)
class Condition:
    """Whether it holds for these values, and the fields it looks at."""

    holds: Callable[[Rooms], bool]
    fields: tuple[Field, ...]

    def opposite(self) -> Condition:
        holds = self.holds
        return Condition(lambda values: not holds(values), self.fields)


class Lookup:
    """What of a template we can look up; `assigned` are the names that it gives values of its own, `more` are fields
    beside those that authors may write.
    """

    def __init__(
        self, assigned: Collection[str], static: RenderContext, more: Collection[str]
    ) -> None:
        self._assigned, self._static, self._more = assigned, static, more
        self._item = ""

    def looping(self, item: str) -> Lookup:
        """The same inside a loop, whose item has this name."""
        inner = Lookup(self._assigned, self._static, self._more)
        inner._item = item
        return inner

    def field(self, expression: Expression) -> Field | None:
        """`contact.first_name | default: "you"`; anything rarer is Liquid's."""
        if not isinstance(expression, FilteredExpression):
            return None
        filters = expression.filters or []
        otherwise = self._default(filters) if filters else None
        if filters and otherwise is None:
            return None
        return self.path(expression.left, otherwise)

    def condition(self, part: Expression) -> Condition | None:
        """Fields that are there, compared with words, joined by and, or, not."""
        if isinstance(part, BooleanExpression):
            return self.condition(part.expression)
        if isinstance(part, LogicalAndExpression | LogicalOrExpression):
            return _joined(part, self.condition(part.left), self.condition(part.right))
        if isinstance(part, LogicalNotExpression):
            condition = self.condition(part.right)
            return condition.opposite() if condition else None
        if isinstance(part, EqExpression):
            return self._equal(part)
        if isinstance(part, NeExpression):
            equal = self._equal(part)
            return equal.opposite() if equal else None
        field = self.path(part)
        if field is None:
            return None
        found = field.finder()
        return Condition(lambda values: _is_there(found(values)), (field,))

    def case(self, part: Expression, words: Sequence[Expression]) -> Condition | None:
        """A field that is one of these words."""
        field = self.path(part)
        if field is None or not all(isinstance(one, StringLiteral) for one in words):
            return None
        wanted = [one.evaluate(self._static) for one in words]
        found = field.finder()
        return Condition(lambda values: found(values) in wanted, (field,))

    def _equal(self, part: EqExpression | NeExpression) -> Condition | None:
        field, words = self.path(part.left), part.right
        if field is None or not isinstance(words, StringLiteral | Nil):
            return None
        wanted = words.evaluate(self._static)
        found = field.finder()
        return Condition(lambda values: found(values) == wanted, (field,))

    def path(self, part: Expression, otherwise: str | None = None) -> Field | None:
        """Only what is declared as a field, and not assigned."""
        if not isinstance(part, Path):
            return None
        if part.path[0] == "forloop" or (self._item and part.path[0] == self._item):
            return self._looped(part.path, otherwise)
        if not 2 <= len(part.path) <= 3:
            return None
        path = [name for name in part.path if isinstance(name, str)]
        name = ".".join(path)
        if len(path) < len(part.path) or not (is_known(name) or name in self._more):
            return None
        if path[0] in self._assigned or _OF_LIQUID.intersection(path[1:]):
            return None
        return Field(path[0], path[-1], otherwise, within=path[1] if len(path) == 3 else "")

    def _looped(self, path: list[Any], otherwise: str | None) -> Field | None:
        """The item itself, a part of it, or how far the loop has come."""
        if not self._item or len(path) > 2 or not isinstance(path[-1], str):
            return None
        known = path[1:] and path[1] in (COUNTS if path[0] == "forloop" else ())
        if path[0] == "forloop" or _OF_LIQUID.intersection(path[1:]):
            return Item(path[0], path[1], otherwise) if known else None
        return Item(path[0], path[1] if path[1:] else "", otherwise)

    def _default(self, filters: list[Filter]) -> str | None:
        """The words of the one filter `default: "words"`; in HTML they are markup."""
        only = filters[0].args[0] if len(filters) == len(filters[0].args) == 1 else None
        if filters[0].name != "default" or not isinstance(only, PositionalArgument):
            return None
        words = only.value
        return words.evaluate(self._static) if isinstance(words, StringLiteral) else None


def _joined(
    part: LogicalAndExpression | LogicalOrExpression,
    left: Condition | None,
    right: Condition | None,
) -> Condition | None:
    if left is None or right is None:
        return None
    one, other, fields = left.holds, right.holds, left.fields + right.fields
    if isinstance(part, LogicalAndExpression):
        return Condition(lambda values: one(values) and other(values), fields)
    return Condition(lambda values: one(values) or other(values), fields)


def _is_there(value: Any) -> bool:
    return value is not None and value is not False
