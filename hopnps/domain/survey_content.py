"""What a survey says and how it looks, as values: to be pinned when it is sent, shown to its client, compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    question: str = ""
    low_label: str = ""
    high_label: str = ""


@dataclass(frozen=True)
class Page:
    """Empty colours and pictures are the brand's; an empty prompt is no comment box. A picture is its hash."""

    title: str = ""
    text: str = ""
    comment_prompt: str = ""
    text_colour: str = ""
    background_colour: str = ""
    background_image: str = ""
    logo: str = ""


@dataclass(frozen=True)
class Look:
    """What the pages wear of their brand."""

    name: str = ""
    text_colour: str = ""
    background_colour: str = ""
    logo: str = ""
    dark_pages: bool = True


@dataclass(frozen=True)
class Content:
    """Questions by language, pages by category, then language, and the brand's look."""

    questions: Mapping[str, Question]
    pages: Mapping[str, Mapping[str, Page]]
    look: Look = field(default_factory=Look)

    def question_in(self, language: str) -> Question:
        """The question in this language, else in the first there is."""
        return self.questions.get(language) or next(iter(self.questions.values()))

    def page_for(self, category: str, language: str) -> Page:
        """The thank-you page of this category in this language, else in the first there is."""
        pages = self.pages[category]
        return pages.get(language) or next(iter(pages.values()))

    def as_data(self) -> dict[str, Any]:
        """What a row keeps of it."""
        return asdict(self)


def read(data: Mapping[str, Any]) -> Content:
    """The reverse of `as_data`. What later versions of the house know more is left aside, what they lack is empty."""
    return Content(
        questions={code: _made(Question, words) for code, words in data["questions"].items()},
        pages={
            category: {code: _made(Page, words) for code, words in pages.items()}
            for category, pages in data["pages"].items()
        },
        look=_made(Look, data["look"]),
    )


def _made(kind: Any, words: Mapping[str, Any]) -> Any:
    return kind(**{name: words[name] for name in kind.__dataclass_fields__ if name in words})
