"""The ready-made surveys, in both languages: names, questions, and the pages that thank for an answer."""

from __future__ import annotations

from dataclasses import dataclass

from hopnps.domain.score import Category
from hopnps.models import SurveyKind


@dataclass(frozen=True)
class QuestionWords:
    question: str
    low_label: str
    high_label: str


@dataclass(frozen=True)
class PageWords:
    """An answer of this category, thanked in these words."""

    title: str
    text: str
    comment_prompt: str


@dataclass(frozen=True)
class SurveyWords:
    name: str
    kind: SurveyKind
    questions: dict[str, QuestionWords]
    pages: dict[tuple[Category, str], PageWords]


# text and ground, both languages; white on each is over 8:1
PAGE_COLOURS = {
    Category.PROMOTER: ("#ffffff", "#164a7a"),
    Category.PASSIVE: ("#ffffff", "#2f4a44"),
    Category.DETRACTOR: ("#ffffff", "#6b3419"),
}

_LABELS = {
    "fr": ("pas du tout probable", "très probable"),
    "en": ("not at all likely", "very likely"),
}

RELATION = SurveyWords(
    name="Relation",
    kind=SurveyKind.RELATIONAL,
    questions={
        "fr": QuestionWords("Nous recommanderiez-vous à un proche\u00a0?", *_LABELS["fr"]),
        "en": QuestionWords("Would you recommend us to a friend or a colleague?", *_LABELS["en"]),
    },
    pages={
        (Category.PROMOTER, "fr"): PageWords(
            "Merci, vraiment.",
            "Votre note fait plaisir à toute l’équipe.",
            "Qu’est-ce qui vous a plu\u00a0?",
        ),
        (Category.PASSIVE, "fr"): PageWords(
            "Merci de votre note.",
            "Il nous manque peu de chose pour vous satisfaire tout à fait. Aidez-nous à le trouver.",
            "Que vous a-t-il manqué\u00a0?",
        ),
        (Category.DETRACTOR, "fr"): PageWords(
            "Nous sommes désolés.",
            "Nous n’avons pas été à la hauteur de ce que vous attendiez. Nous voulons comprendre.",
            "Que s’est-il passé\u00a0?",
        ),
        (Category.PROMOTER, "en"): PageWords(
            "Thank you!",
            "Your score will make our team’s day.",
            "What did you like most?",
        ),
        (Category.PASSIVE, "en"): PageWords(
            "Thank you for your score.",
            "We are not far from making you entirely happy. Help us find what is missing.",
            "What was missing?",
        ),
        (Category.DETRACTOR, "en"): PageWords(
            "We are sorry.",
            "We did not live up to what you expected of us, and we want to understand.",
            "What went wrong?",
        ),
    },
)

TICKET = SurveyWords(
    name="Ticket",
    kind=SurveyKind.TRANSACTIONAL,
    questions={
        "fr": QuestionWords(
            "Après cette expérience, nous recommanderiez-vous à un proche\u00a0?", *_LABELS["fr"]
        ),
        "en": QuestionWords(
            "After this experience, would you recommend us to a friend or a colleague?",
            *_LABELS["en"],
        ),
    },
    pages={
        (Category.PROMOTER, "fr"): PageWords(
            "Merci, vraiment.",
            "Votre note fait plaisir à la personne qui s’est occupée de vous.",
            "Qu’avons-nous bien fait\u00a0?",
        ),
        (Category.PASSIVE, "fr"): PageWords(
            "Merci de votre note.",
            "C’était presque cela. Dites-nous ce qui aurait fait la différence.",
            "Que vous a-t-il manqué\u00a0?",
        ),
        (Category.DETRACTOR, "fr"): PageWords(
            "Nous sommes désolés.",
            "Nous ne nous sommes pas occupés de vous comme il le fallait. Nous voulons comprendre.",
            "Que s’est-il passé\u00a0?",
        ),
        (Category.PROMOTER, "en"): PageWords(
            "Thank you!",
            "Your score will please the person who looked after you.",
            "What did we do well?",
        ),
        (Category.PASSIVE, "en"): PageWords(
            "Thank you for your score.",
            "It was almost right. Tell us what would have made the difference.",
            "What was missing?",
        ),
        (Category.DETRACTOR, "en"): PageWords(
            "We are sorry.",
            "We did not look after you as we should have, and we want to understand.",
            "What went wrong?",
        ),
    },
)
