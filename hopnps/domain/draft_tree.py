"""What a person builds a rule of: groups within groups, and conditions as they were typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hopnps.domain.errors import Invalid

Path = tuple[int, ...]
ROOT: Path = ()
GROUP_KINDS = ("all", "any", "none")


class Unfinished(Invalid):
    """Something is still to be typed here; until then the condition does not count."""


@dataclass(frozen=True)
class Leaf:
    """A condition: `subject` is one of `rule_questions.LABELS`, '' while none is chosen; `typed` its inputs by name."""

    subject: str = ""
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """What stands in an input that takes one value."""
        return next(iter(self.typed.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        return self.typed.get(name, ())


@dataclass(frozen=True)
class Group:
    """`kind`: all, any or none of the members hold."""

    kind: str = "all"
    members: tuple[Node, ...] = ()


Node = Group | Leaf


def each(draft: Group) -> Iterator[tuple[Path, Node]]:
    """Every node with its place, in reading order."""
    stack: list[tuple[Path, Node]] = [(ROOT, draft)]
    while stack:
        path, node = stack.pop()
        yield path, node
        if isinstance(node, Group):
            numbered = list(enumerate(node.members))
            stack.extend(((*path, number), one) for number, one in reversed(numbered))
