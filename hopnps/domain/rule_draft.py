"""A rule of the grammar <-> the draft a person builds it in.

Whatever the grammar takes has a draft. A condition that the builder has no fields for is kept as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hopnps.domain import rules
from hopnps.domain.draft_tree import ROOT, Group, Leaf, Node, Path, Unfinished
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.rule_leaf import kept, leaf_of, rule_of


@dataclass(frozen=True)
class Built:
    """What a draft says: the rule of all that is finished, and the fault of everything else by its place."""

    rule: dict[str, Any]
    faults: dict[Path, Invalid]


def draft_of(rule: dict[str, Any]) -> Group:
    """A rule -> its draft. The group at the top may be empty: everybody."""
    if not rule:
        return Group()
    try:
        rules.read(rule)
    except Invalid:  # stored by somebody else: shown as it is, with its fault
        return Group("all", (kept(rule),))
    node = _node(rule)
    return node if isinstance(node, Group) else Group("all", (node,))


def built(draft: Group) -> Built:
    """The rule a draft says; what is not finished or cannot be read is left out, and named in `faults`."""
    faults: dict[Path, Invalid] = {}
    rule = _rule(draft, ROOT, faults) or {}
    try:
        rules.read(rule)
    except Invalid as fault:  # too many, too deep
        faults[ROOT] = fault
        rule = {}
    return Built(rule, faults)


def _node(rule: dict[str, Any]) -> Node:
    match rule:
        case {"all": [*members]} if members:
            return Group("all", tuple(map(_node, members)))
        case {"any": [*members]} if members:
            return Group("any", tuple(map(_node, members)))
        case {"not": {"any": [*members]}} if members:
            return Group("none", tuple(map(_node, members)))
        case {"not": dict() as inner}:
            return Group("none", (_node(inner),))
    return leaf_of({} if rule == {"all": []} else rule)  # everybody, here written once


def _rule(node: Node, path: Path, faults: dict[Path, Invalid]) -> dict[str, Any] | None:
    if isinstance(node, Leaf):
        return _leaf_rule(node, path, faults)
    found = [_rule(one, (*path, number), faults) for number, one in enumerate(node.members)]
    kept = [one for one in found if one is not None]
    if not node.members and path != ROOT:
        faults[path] = Unfinished(N_("This group is empty: add a condition to it, or remove it."))
    if not kept:
        return None
    if node.kind != "none":
        return {node.kind: kept}
    alone = len(kept) == 1 and "any" not in kept[0]
    return {"not": kept[0] if alone else {"any": kept}}


def _leaf_rule(leaf: Leaf, path: Path, faults: dict[Path, Invalid]) -> dict[str, Any] | None:
    try:
        return rule_of(leaf)
    except Invalid as fault:
        faults[path] = fault
        return None
