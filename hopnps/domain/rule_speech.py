"""How a rule is said: the words of a language, quoted texts, and lists with "and", "or" and "nor" at their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hopnps.domain.conditions import Condition

MOST_NAMED = 8  # values of one list; the others are counted
_PAIRS = (("at_least", "at_most"), ("since", "until"), ("older_than_days", "within_days"))
Asked = dict[str, Any]  # an operator with its value, or two that say one thing together


@dataclass(frozen=True)
class Speech:
    """The reader's language: its catalogue, and how it writes a number and a day."""

    gettext: Callable[..., str]
    ngettext: Callable[..., str]
    number: Callable[[float], str]
    day: Callable[[date], str]

    def quoted(self, text: str) -> str:
        return self.gettext("“%(text)s”", text=text)

    def values(self, value: Any, last: str = "or") -> str:
        """One text or several, in quotes; the last joined by `last`: or, and, nor."""
        texts = [value] if isinstance(value, str) else list(value)
        return self.listed([self.quoted(one) for one in texts], last)

    def listed(self, texts: Sequence[str], last: str) -> str:
        if len(texts) > MOST_NAMED:
            more = len(texts) - MOST_NAMED + 1
            others = self.ngettext("%(num)s other", "%(num)s others", more)
            texts = [*texts[: MOST_NAMED - 1], others]
        return self.joined(texts, last)

    def joined(self, texts: Sequence[str], last: str) -> str:
        """`a, b and c`."""
        if len(texts) < 2:
            return "".join(texts)
        if last == "nor":
            return _folded(
                lambda most, one: self.gettext("%(most)s nor %(last)s", most=most, last=one), texts
            )
        most = ", ".join(texts[:-1])
        if last == "and":
            return self.gettext("%(most)s and %(last)s", most=most, last=texts[-1])
        return self.gettext("%(most)s or %(last)s", most=most, last=texts[-1])


def paired(conditions: Iterable[Condition]) -> list[Asked]:
    """Conditions one by one, but from and to together: they are said as one."""
    left = {one.operator: one.value for one in conditions}
    found: list[Asked] = []
    for pair in _PAIRS:
        if all(operator in left for operator in pair):
            found.append({operator: left.pop(operator) for operator in pair})
    return [*({operator: value} for operator, value in left.items()), *found]


def _folded(join: Callable[[str, str], str], texts: Sequence[str]) -> str:
    said = texts[0]
    for one in texts[1:]:
        said = join(said, one)
    return said
