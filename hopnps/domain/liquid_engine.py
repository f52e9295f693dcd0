"""A Liquid text -> its parsed form under our limits; a faulty text -> a plain sentence with its line."""

from __future__ import annotations

from functools import lru_cache

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.exceptions import LiquidError, ResourceLimitError, UnknownFilterError
from liquid.expression import Expression

from hopnps.domain.errors import N_, Invalid

FILTERS = frozenset(
    [
        "append",
        "capitalize",
        "default",
        "downcase",
        "escape",
        "first",
        "join",
        "last",
        "newline_to_br",
        "prepend",
        "remove",
        "size",
        "strip",
        "truncate",
        "truncatewords",
        "upcase",
    ]
)
_TAGS = frozenset(["assign", "break", "case", "comment", "continue", "for", "if", "unless"])
_ENGINE_TAGS = frozenset({"content", "output", "illegal"})
ENDLESS = N_("This text repeats itself too often.")


class Liquid(Environment):
    """Liquid without what reads files, opens escapes or multiplies text; its limits stop the rest."""

    block_nesting_limit = 10
    context_depth_limit = 10
    loop_iteration_limit = 1_000
    local_namespace_limit = 20_000
    output_stream_limit = 400_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {k: v for k, v in self.tags.items() if k in _TAGS | _ENGINE_TAGS}
        self.filters = {k: v for k, v in self.filters.items() if k in FILTERS}


HTML = Liquid(autoescape=True)
TEXT = Liquid()
TEXT.filters |= {"escape": str, "newline_to_br": str}


@lru_cache(maxsize=512)
def parsed(source: str, escaped: bool) -> BoundTemplate:
    """A text ready to be filled in; `escaped`: for HTML. Raises Invalid."""
    try:
        template = (HTML if escaped else TEXT).from_string(source)
    except LiquidError as fault:
        raise plain_fault(fault, source) from fault
    context = RenderContext(template)
    if any(_holds_long_range(node, context) for node in template.nodes):
        raise Invalid(ENDLESS)
    return template


def _holds_long_range(part: Node | Expression, context: RenderContext) -> bool:
    """Whether `(1..1000000000)` stands in it: the engine's limits do not count what joins or looks through one."""
    if isinstance(part, RangeLiteral):
        ends = [one.value for one in part.children() if isinstance(one, IntegerLiteral)]
        return len(ends) < 2 or ends[1] - ends[0] > Liquid.loop_iteration_limit
    return any(_holds_long_range(one, context) for one in inside(part, context))


def inside(part: Node | Expression, context: RenderContext) -> list[Node | Expression]:
    """What stands directly in a node or an expression."""
    if isinstance(part, Expression):
        return [*part.children()]
    return [*part.expressions(), *part.children(context)]


def plain_fault(fault: LiquidError, source: str) -> Invalid:
    """What is wrong with a text, in words for whoever wrote it."""
    place = fault.context()
    number = place[0] if place else 1
    if isinstance(fault, UnknownFilterError):
        return Invalid(
            N_("Line %(line)s: there is no such filter; these exist: %(known)s."),
            line=number,
            known=", ".join(sorted(FILTERS)),
        )
    if isinstance(fault, ResourceLimitError):
        return Invalid(ENDLESS)
    if place is None:
        return Invalid(N_("A field is not closed by }}, or a condition by {% endif %}."))
    return Invalid(
        N_("Line %(line)s: this field or condition cannot be read: %(excerpt)s"),
        line=number,
        excerpt=place[3].strip()[:120],
    )
