"""A score, a language and what happened -> a comment that nobody else has written yet, or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from hopnps.demo.company import phrases_en, phrases_fr
from hopnps.domain.languages import ENGLISH
from hopnps.domain.score import Category, category_of

SHARE = {Category.PROMOTER: 0.36, Category.PASSIVE: 0.42, Category.DETRACTOR: 0.66}
TRIES = 12


@dataclass
class Commentator:
    """`about` is "order", "ticket" or "" for the house as a whole."""

    random: Random
    written: set[str] = field(default_factory=set)

    def comment(self, score: int, language: str, about: str, item: str, agent: str) -> str:
        """'' for the many who write nothing."""
        category = category_of(score)
        if self.random.random() > SHARE[category]:
            return ""
        phrases = _phrases(language, category)
        for _try in range(TRIES):
            text = self._composed(phrases, about).format(item=item, agent=agent.split()[0])
            text = text[:1].upper() + text[1:]
            if text not in self.written:
                self.written.add(text)
                return text
        return ""

    def _composed(self, phrases: dict[str, tuple[str, ...]], about: str) -> str:
        choose = self.random.choice
        parts = [choose(phrases[about or "any"])]
        if self.random.random() < 0.5:
            parts.append(choose([one for one in phrases["any"] if one not in parts]))
        if self.random.random() < 0.55:
            parts.append(choose(phrases["end"]))
        return " ".join(parts)


def _phrases(language: str, category: Category) -> dict[str, tuple[str, ...]]:
    spoken = phrases_en if language == ENGLISH else phrases_fr
    return {
        Category.PROMOTER: spoken.PROMOTER,
        Category.PASSIVE: spoken.PASSIVE,
        Category.DETRACTOR: spoken.DETRACTOR,
    }[category]
