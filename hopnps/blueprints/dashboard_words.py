"""Two figures -> the sentences that compare them; a preset -> its name."""

from __future__ import annotations

from datetime import date

from hopnps.blueprints.dashboard_facts import Comparison
from hopnps.formats import count
from hopnps.i18n import gettext as _
from hopnps.i18n import ngettext


def verdict(compared: Comparison) -> tuple[str, str]:
    """How far two figures lie apart, and what that proves; two empty texts where one of them is missing."""
    if compared.difference is None:
        return "", ""
    if not compared.points:
        return _("The same figure."), _("Nothing proves a change.")
    points, real = abs(compared.points), compared.difference.real
    return _distance(points, compared.points > 0, real), _meaning(compared.points > 0, real)


def _distance(points: int, up: bool, real: bool) -> str:
    known = {"count": count(points)}
    if up and real:
        return ngettext(
            "This point more exceeds the margin of error:",
            "These %(count)s points more exceed the margin of error:",
            points,
            **known,
        )
    if up:
        return ngettext(
            "This point more lies within the margin of error:",
            "These %(count)s points more lie within the margin of error:",
            points,
            **known,
        )
    if real:
        return ngettext(
            "This point less exceeds the margin of error:",
            "These %(count)s points less exceed the margin of error:",
            points,
            **known,
        )
    return ngettext(
        "This point less lies within the margin of error:",
        "These %(count)s points less lie within the margin of error:",
        points,
        **known,
    )


def _meaning(up: bool, real: bool) -> str:
    if real:
        return _("the improvement is real.") if up else _("the decline is real.")
    return _("nothing proves an improvement yet.") if up else _("nothing proves a decline yet.")


def period_names(today: date) -> list[tuple[str, str]]:
    """The presets with their names, as one looks for them."""
    return [
        ("30d", _("30 days")),
        ("90d", _("90 days")),
        ("12m", _("12 months")),
        ("quarter", _("This quarter")),
        ("last-quarter", _("Last quarter")),
        ("year", str(today.year)),
    ]


def table_names() -> dict[str, tuple[str, str, str]]:
    """What a table may compare: its name, its title, and what stands where an answer has none."""
    return {
        "store": (_("Store"), _("By store"), _("No store")),
        "region": (_("Region"), _("By region"), _("No region")),
        "survey": (_("Survey"), _("By survey"), ""),
        "campaign": (_("Campaign"), _("By campaign"), _("No campaign")),
        "agent": (_("Served by"), _("By colleague who served"), _("Nobody named")),
        "product": (_("Product"), _("By product"), _("No product")),
        "language": (_("Language"), _("By language"), _("No language")),
    }
