"""Two versions of a text -> the lines that went and came, with what changed within them, and a few around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2  # unchanged lines shown beside a change
_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
Parts = tuple[tuple[bool, str], ...]  # whether it changed, and the words


@dataclass(frozen=True)
class Line:
    """`kind`: same, gone, new, or gap where unchanged lines are left out; `number` counts in its own version."""

    kind: str
    number: int = 0
    parts: Parts = ()


def changes(before: str, after: str) -> list[Line]:
    """Nothing for equal texts."""
    old, new = before.split("\n"), after.split("\n")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(AROUND):
        if found or group[0][1] > 0:
            found.append(Line("gap"))
        for kind, a, b, c, d in group:
            found += _block(kind, old[a:b], new[c:d], a, c)
    return found


def _block(kind: str, old: list[str], new: list[str], a: int, c: int) -> Iterator[Line]:
    if kind == "equal":
        for number, line in enumerate(new, c + 1):
            yield Line("same", number, ((False, line),))
        return
    pairs = [_marked(one, other) for one, other in zip(old, new, strict=False)]
    gone = [pair[0] for pair in pairs] + [((True, line),) for line in old[len(pairs) :]]
    come = [pair[1] for pair in pairs] + [((True, line),) for line in new[len(pairs) :]]
    yield from (Line("gone", number, parts) for number, parts in enumerate(gone, a + 1))
    yield from (Line("new", number, parts) for number, parts in enumerate(come, c + 1))


def _marked(old: str, new: str) -> tuple[Parts, Parts]:
    """Word by word what differs between two lines; the whole lines where little is alike."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if len(a) * len(b) > 250_000 or matcher.ratio() < 0.4:
        return ((True, old),), ((True, new),)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        left.append((kind != "equal", "".join(a[i:j])))
        right.append((kind != "equal", "".join(b[k:m])))
    return tuple(one for one in left if one[1]), tuple(one for one in right if one[1])
