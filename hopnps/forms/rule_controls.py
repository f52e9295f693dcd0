"""A condition of a draft -> the inputs the builder shows for it, each with its words, its choices and its fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hopnps.domain.draft_form import named
from hopnps.domain.draft_tree import Leaf, Path
from hopnps.domain.errors import Invalid
from hopnps.domain.rule_questions import (
    ANSWERS,
    ASKS,
    ATTRIBUTE,
    COUNTED,
    GROUPS,
    HOWS,
    INTERACTIONS,
    LABELS,
    PERIOD,
    SCORE,
    Shape,
    asks_of,
)
from hopnps.forms import choices as shared
from hopnps.i18n import gettext as _
from hopnps.i18n import say
from hopnps.services.segment_choices import Choices

Options = list[tuple[str, str]]
_LISTS = {"tags": "known-tags", ATTRIBUTE: "known-attributes", "details": "known-details"}


@dataclass
class Control:
    """`kind`: select, text, number, day, ticks (several boxes), lines (a text area); `redraws` where a change shows
    other inputs; `words` are the words before it, read aloud too; `after` those behind it."""

    kind: str
    name: str
    label: str
    values: tuple[str, ...] = ()
    options: Options | None = None
    redraws: bool = False
    words: str = ""
    after: str = ""
    suggestions: str = ""
    fault: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


class LeafControls:
    """What the builder shows for one condition."""

    def __init__(self, leaf: Leaf, path: Path, known: Choices, fault: Invalid | None) -> None:
        self.leaf, self.known, self.fault = leaf, known, fault
        self.place = named(path)

    @property
    def label(self) -> str:
        """What the condition is about, for its buttons."""
        return _(LABELS[self.leaf.subject]) if self.leaf.subject in LABELS else ""

    def groups(self) -> list[tuple[str, Options]]:
        """Everything that can be asked, for the first select."""
        return [(_(name), [(one, _(LABELS[one])) for one in subjects]) for name, subjects in GROUPS]

    def main(self) -> list[Control]:
        """The inputs of the first line."""
        subject = self.leaf.subject
        if subject in COUNTED:
            return list(self._counted())
        if not subject:
            return []
        found = []
        if subject == ATTRIBUTE:
            found.append(self._text("name", _("Name of the column"), suggestions=_LISTS[ATTRIBUTE]))
        found += self._asked("", asks_of(subject), self._options_of(subject))
        if subject == "category_changed":
            found += [
                self._select(
                    "from", _("From category"), self._any(shared.categories()), words=_("from")
                ),
                self._select("to", _("To category"), self._any(shared.categories()), words=_("to")),
            ]
        return found

    def period(self) -> list[Control]:
        """When it happened, for what is counted."""
        if self.leaf.subject not in COUNTED:
            return []
        return list(self._asked("", PERIOD, None, without=_("at any time")))

    def more(self) -> list[Control]:
        """Filters of what is counted that are needed more rarely."""
        if self.leaf.subject == INTERACTIONS:
            return [*self._places(), self._text("agent", _("Served by")), *self._detail()]
        if self.leaf.subject != ANSWERS:
            return []
        yes_no = [
            ("", _("with or without")),
            ("yes", _("with a comment")),
            ("no", _("without one")),
        ]
        scales = [("", _("0 to 10")), ("1-10", _("1 to 10, of an earlier tool"))]
        return [
            self._select("category", _("Category"), self._any(shared.categories())),
            self._select("commented", _("Comment"), yes_no),
            self._select("survey", _("Survey"), self._any(self.known.surveys)),
            self._select("campaign", _("Campaign"), self._any(_same(self.known.campaigns))),
            *self._places(),
            self._select("scale", _("Scale"), scales),
            *self._asked("score_", SCORE, None, without=_("any score")),
        ]

    @property
    def is_filtered(self) -> bool:
        """Whether one of the rarer filters is in use."""
        return any(one.values for one in self.more())

    def _counted(self) -> Iterator[Control]:
        how = self.leaf.one("how") or "at_least"
        hows = [(name, _(words)) for name, words in HOWS.items()]
        yield self._select("how", _("How many"), hows, redraws=True)
        if how != "none":
            yield self._control("number", "number", _("Number"))
        if how == "between":
            yield self._control("number", "most", _("Up to"), words=_("and"))
        if self.leaf.subject == INTERACTIONS:
            kinds = [(one, _kind_name(one)) for one in self.known.kinds]
            yield self._select("kind", _("Kind"), [("", _("orders or tickets")), *kinds])

    def _places(self) -> list[Control]:
        return [
            self._select("store", _("Store"), self._any(_same(self.known.stores))),
            self._select("region", _("Region"), self._any(_same(self.known.regions))),
        ]

    def _detail(self) -> list[Control]:
        named = self._text("detail", _("With this detail"), suggestions=_LISTS["details"])
        return [named, *self._asked("detail_", asks_of(ATTRIBUTE), None, without="–")]

    def _asked(
        self, prefix: str, asks: tuple[str, ...], options: Options | None, without: str = ""
    ) -> Iterator[Control]:
        """How it is compared, then what with."""
        chosen = self.leaf.one(f"{prefix}ask")
        if chosen not in asks:
            chosen = "" if without else asks[0]
        offered = [(name, _(ASKS[name].label)) for name in asks]
        offered = [("", without), *offered] if without else offered
        words = _("score") if prefix == "score_" else ""
        label = {"score_": _("Score"), "detail_": _("How the detail is compared")}.get(
            prefix, _("When") if without else _("How it is compared")
        )
        yield self._select(f"{prefix}ask", label, offered, redraws=True, chosen=chosen, words=words)
        if chosen:
            yield from self._values(prefix, chosen, options)

    def _values(self, prefix: str, chosen: str, options: Options | None) -> Iterator[Control]:
        ask = ASKS[chosen]
        name, until = f"{prefix}value", f"{prefix}until"
        if ask.shape in (Shape.TEXT, Shape.TEXTS):
            yield self._words(name, ask.shape, options)
            return
        kind = {Shape.NUMBER: "number", Shape.DAYS: "number", Shape.DAY: "day"}.get(ask.shape)
        if kind is None:
            return
        after = _("days") if ask.shape == Shape.DAYS else ""
        two = len(ask.operators) > 1
        yield self._control(kind, name, _("Value"), after="" if two else after)
        if two:
            yield self._control(kind, until, _("Up to"), words=_("and"), after=after)

    def _words(self, name: str, shape: Shape, options: Options | None) -> Control:
        if options is not None and shape == Shape.TEXT:
            return self._select(name, _("Value"), [("", _("choose")), *options])
        if options is not None:
            return self._control("ticks", name, _("Values"), options=self._with_own(name, options))
        if shape == Shape.TEXTS:
            return self._control("lines", name, _("Values, one a line"))
        return self._text(name, _("Value"), suggestions=_LISTS.get(self.leaf.subject, ""))

    def _options_of(self, subject: str) -> Options | None:
        """The choices of a field that has a list of them."""
        match subject:
            case "store":
                return _same(self.known.stores)
            case "region":
                return _same(self.known.regions)
            case "language":
                return list(shared.language_filter())
            case "last_category" | "previous_category":
                return shared.categories()
        several = self.leaf.one("ask") in ("has_any", "has_all") and 0 < len(self.known.tags) <= 60
        return _same(self.known.tags) if subject == "tags" and several else None

    def _any(self, options: Options) -> Options:
        return [("", _("any")), *options]

    def _with_own(self, name: str, options: Options) -> Options:
        """A name that was chosen once stays, even if nothing is called so any more."""
        known = {value for value, _words in options}
        own = [one for one in self.leaf.many(name) if one not in known]
        return [*options, *((one, _("%(name)s (unknown here)", name=one)) for one in own)]

    def _select(
        self, name: str, label: str, options: Options, chosen: str | None = None, **more: Any
    ) -> Control:
        control = self._control(
            "select", name, label, options=self._with_own(name, options), **more
        )
        if chosen is not None:
            control.values, control.options = (chosen,) if chosen else (), options
        return control

    def _text(self, name: str, label: str, **more: Any) -> Control:
        return self._control("text", name, label, **more)

    def _control(self, kind: str, name: str, label: str, **more: Any) -> Control:
        values = self.leaf.many(name)
        here = self.fault is not None and getattr(self.fault, "field", "") == name
        fault = say(self.fault) if here and self.fault else ""
        return Control(kind, f"{self.place}-{name}", label, values, fault=fault, **more)


def _same(names: list[str]) -> Options:
    return [(name, name) for name in names]


def _kind_name(kind: str) -> str:
    return {"order": _("orders"), "ticket": _("tickets"), "repair": _("repairs")}.get(kind, kind)
