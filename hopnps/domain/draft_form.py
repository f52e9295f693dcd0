"""The fields of a posted form <-> the draft of a rule, and the buttons that change it.

A group posts `r.0-group`, a condition `r.0.1-subject` with its inputs beside it; the numbers are places, `r` the top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hopnps.domain.draft_tree import GROUP_KINDS, ROOT, Group, Leaf, Node, Path, each
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.rule_questions import ASKS, COUNTED, KEPT, LABELS, Shape, asks_of
from hopnps.domain.rules import MOST_LEAVES

Fields = Mapping[str, Sequence[str]]
DEEPEST_GROUP = 4  # a "none" group stands for two levels of the grammar
_DEEPEST_READ = 10
_MOST_READ = 250
_INPUTS = (
    *("name", "from", "to", "how", "number", "most", "kind", "store", "region", "agent"),
    *("survey", "campaign", "category", "scale", "commented", "detail"),
)
_ASKED = tuple(
    f"{prefix}{one}" for prefix in ("", "score_", "detail_") for one in ("ask", "value", "until")
)
_TEXTUAL = {Shape.TEXT, Shape.TEXTS}


def named(path: Path) -> str:
    """A place as it stands in the names of inputs: `r.0.1`."""
    return ".".join(("r", *map(str, path)))


def place(name: str) -> Path:
    """`r.0.1` -> (0, 1). Raises Invalid for anything else."""
    head, *numbers = name.split(".")
    plain = all(one.isascii() and one.isdigit() and len(one) < 4 for one in numbers)
    if head != "r" or not plain or len(numbers) > _DEEPEST_READ:
        raise Invalid(N_("This rule cannot be read."), field="rule")
    return tuple(map(int, numbers))


def draft_in(fields: Fields) -> Group:
    """What a form holds, whatever else stands in it. Raises Invalid for more than a person builds."""
    counted = [0]
    node = _node(fields, ROOT, counted)
    return node if isinstance(node, Group) else Group()


def fields_of(draft: Group) -> dict[str, list[str]]:
    """The fields that `draft_in` reads this draft from."""
    found: dict[str, list[str]] = {}
    for path, node in each(draft):
        name = named(path)
        if isinstance(node, Group):
            found[f"{name}-group"] = [node.kind]
        else:
            found[f"{name}-subject"] = found[f"{name}-was"] = [node.subject]
            found |= {f"{name}-{key}": list(values) for key, values in node.typed.items()}
    return found


def _node(fields: Fields, path: Path, counted: list[int]) -> Node | None:
    name = named(path)
    counted[0] += 1
    if counted[0] > _MOST_READ or len(path) > _DEEPEST_READ:
        raise Invalid(N_("This rule is too large."), field="rule")
    if f"{name}-group" in fields:
        kind = fields[f"{name}-group"][0]
        return Group(kind if kind in GROUP_KINDS else "all", _members(fields, path, counted))
    return _leaf(fields, name) if f"{name}-subject" in fields else None


def _members(fields: Fields, path: Path, counted: list[int]) -> tuple[Node, ...]:
    found: list[Node] = []
    while (node := _node(fields, (*path, len(found)), counted)) is not None:
        found.append(node)
    return tuple(found)


def _leaf(fields: Fields, name: str) -> Leaf:
    subject = fields[f"{name}-subject"][0]
    if subject not in LABELS and subject != KEPT:
        return Leaf()
    if subject != next(
        iter(fields.get(f"{name}-was", ())), ""
    ):  # another field was chosen: begin anew
        return fresh(subject)
    inputs = (*_INPUTS, *_ASKED)
    typed = {key: tuple(fields[f"{name}-{key}"]) for key in inputs if f"{name}-{key}" in fields}
    for prefix in ("", "score_", "detail_"):
        before = next(iter(fields.get(f"{name}-{prefix}asked", ())), "")
        _forget_misfits(typed, prefix, before)
    kept = {key: tuple(one for one in values if one) for key, values in typed.items()}
    return Leaf(subject, {key: values for key, values in kept.items() if values})


def fresh(subject: str) -> Leaf:
    """A condition as it is when its field was just chosen."""
    if subject in COUNTED:
        return Leaf(subject, {"how": ("at_least",), "number": ("1",)})
    asks = asks_of(subject)
    first = "in" if asks[:2] == ("is", "in") and subject in ("store", "region") else asks[:1]
    return Leaf(subject, {"ask": (first,) if isinstance(first, str) else tuple(first)})


def _forget_misfits(typed: dict[str, tuple[str, ...]], prefix: str, before: str) -> None:
    """A number of days is no day: when the comparison changed to another sort, what was typed goes."""
    now = next(iter(typed.get(f"{prefix}ask", ())), "")
    if before == now or before not in ASKS or now not in ASKS:
        return
    shapes = {ASKS[before].shape, ASKS[now].shape}
    if len(shapes) > 1 and not shapes <= _TEXTUAL:
        typed.pop(f"{prefix}value", None)
        typed.pop(f"{prefix}until", None)
    if len(ASKS[now].operators) < 2:
        typed.pop(f"{prefix}until", None)


def acted(draft: Group, wish: str) -> tuple[Group, Path | None]:
    """`add-condition r.0`, `add-group r`, `remove r.0.1`, `up r.2`, `down r.2` -> the draft after it, and the place
    to look at next. Any other wish changes nothing. Raises Invalid where no more can be added."""
    action, _, where = wish.partition(" ")
    if action not in _ACTIONS:
        return draft, None
    path = place(where)
    if _at(draft, path) is None:
        return draft, None
    return _ACTIONS[action](draft, path)


def room_for_more(draft: Group) -> bool:
    return sum(isinstance(node, Leaf) for _path, node in each(draft)) < MOST_LEAVES


def _add_condition(draft: Group, path: Path) -> tuple[Group, Path]:
    return _add(draft, path, Leaf())


def _add_group(draft: Group, path: Path) -> tuple[Group, Path]:
    if len(path) + 1 >= DEEPEST_GROUP:
        raise Invalid(N_("Groups cannot stand deeper inside one another."), field="rule")
    changed, where = _add(draft, path, Group("any", (Leaf(),)))
    return changed, (*where, 0)


def _add(draft: Group, path: Path, node: Node) -> tuple[Group, Path]:
    group = _at(draft, path)
    if not isinstance(group, Group):
        return draft, path
    if not room_for_more(draft):
        raise Invalid(
            N_("A segment has at most %(most)s conditions."), field="rule", most=MOST_LEAVES
        )
    return _insert(draft, (*path, len(group.members)), node), (*path, len(group.members))


def _remove(draft: Group, path: Path) -> tuple[Group, Path]:
    if path == ROOT:
        return Group(), ROOT
    return _without(draft, path), path[:-1]


def _up(draft: Group, path: Path) -> tuple[Group, Path]:
    return _move(draft, path, -1)


def _down(draft: Group, path: Path) -> tuple[Group, Path]:
    return _move(draft, path, 1)


def _move(draft: Group, path: Path, step: int) -> tuple[Group, Path]:
    """One place up or down in reading order: past a neighbour, into a group that stands there, or out of one's own."""
    if path == ROOT:
        return draft, path
    node, parent = _at(draft, path), _at(draft, path[:-1])
    assert isinstance(parent, Group) and node is not None
    other = path[-1] + step
    rest = _without(draft, path)
    if not 0 <= other < len(parent.members):
        target = (*path[:-2], path[-2] + (step > 0)) if len(path) > 1 else path
    elif isinstance(node, Leaf) and isinstance(neighbour := parent.members[other], Group):
        inside = 0 if step > 0 else len(neighbour.members)
        target = (*path[:-1], min(path[-1], other), inside)
    else:
        target = (*path[:-1], other)
    return _insert(rest, target, node), target


_ACTIONS = {
    "add-condition": _add_condition,
    "add-group": _add_group,
    "remove": _remove,
    "up": _up,
    "down": _down,
}


def _at(draft: Group, path: Path) -> Node | None:
    node: Node = draft
    for number in path:
        if not isinstance(node, Group) or number >= len(node.members):
            return None
        node = node.members[number]
    return node


def _insert(group: Group, path: Path, node: Node) -> Group:
    number, members = path[0], group.members
    if len(path) == 1:
        return replace(group, members=(*members[:number], node, *members[number:]))
    return _with(group, number, path[1:], lambda inner, rest: _insert(inner, rest, node))


def _without(group: Group, path: Path) -> Group:
    number, members = path[0], group.members
    if len(path) == 1:
        return replace(group, members=(*members[:number], *members[number + 1 :]))
    return _with(group, number, path[1:], _without)


def _with(group: Group, number: int, rest: Path, change: Callable[[Group, Path], Group]) -> Group:
    inner = group.members[number]
    assert isinstance(inner, Group)
    before, after = group.members[:number], group.members[number + 1 :]
    return replace(group, members=(*before, change(inner, rest), *after))
