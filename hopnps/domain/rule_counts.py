"""`{"interactions": {"kind": "order"}, "at_least": 2}` -> what is counted, with its filters and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hopnps.domain.conditions import (
    PERIOD,
    Condition,
    Kind,
    Reader,
    fault,
    read_category,
    read_conditions,
    read_count,
    read_flag,
    read_text,
    refuse_others,
)
from hopnps.domain.errors import N_
from hopnps.domain.rule_tree import AttributeRule, CountRule

MOST_COUNTED = 10_000
_LIMITS = {"at_least", "at_most", "exactly"}


def read_counted(counted: str, data: Any, limits: dict[str, Any], path: str) -> CountRule:
    """`counted` is `interactions` or `answers`, `data` its filters, `limits` what stands beside them."""
    known = FILTERS[counted]
    if not isinstance(data, dict):
        raise fault(
            path, N_("%(path)s: filters in braces are expected, not %(value)s."), value=data
        )
    for name in data:
        if name not in known | PERIOD:
            raise fault(
                path,
                N_("%(path)s: “%(name)s” is no filter. Known: %(known)s."),
                name=str(name)[:40],
                known=", ".join(known | PERIOD),
            )
    period = {key: value for key, value in data.items() if key in PERIOD}
    return CountRule(
        counted,
        {key: known[key](value, f"{path}.{key}") for key, value in data.items() if key in known},
        read_conditions(Kind.MOMENT, period, path) if period else (),
        *_read_limits(limits, path),
    )


def _read_limits(data: dict[str, Any], path: str) -> tuple[int, int | None]:
    refuse_others({key: data[key] for key in data.keys() - _LIMITS}, path)
    counts = {key: read_count(data[key], f"{path}.{key}", MOST_COUNTED) for key in data}
    if "exactly" in counts:
        if len(counts) > 1:
            raise fault(path, N_("%(path)s: “exactly” stands alone."))
        return counts["exactly"], counts["exactly"]
    low, high = counts.get("at_least", 0 if "at_most" in counts else 1), counts.get("at_most")
    if high is not None and low > high:
        raise fault(path, N_("%(path)s: “at least” is more than “at most”."))
    return low, high


def _read_data(value: Any, path: str) -> tuple[AttributeRule, ...]:
    """`{"canal": "web", "montant": {"at_least": 100}}`: what the interaction's own data must hold."""
    if not isinstance(value, dict) or not value:
        raise fault(path, N_("%(path)s: names and values in braces are expected."))
    return tuple(
        AttributeRule(
            read_text(name, path),
            read_conditions(
                Kind.ATTRIBUTE,
                asked if isinstance(asked, dict) else {"is": asked},
                f"{path}.{name[:40]}",
            ),
        )
        for name, asked in value.items()
    )


def _read_score(value: Any, path: str) -> tuple[Condition, ...]:
    return read_conditions(Kind.NUMBER, value if isinstance(value, dict) else {"is": value}, path)


def _read_scale(value: Any, path: str) -> str:
    if value not in ("0-10", "1-10"):
        raise fault(path, N_("%(path)s: a scale is “0-10” or “1-10”, not %(value)s."), value=value)
    return str(value)


FILTERS: Mapping[str, dict[str, Reader]] = {
    "interactions": {
        "kind": read_text,
        "store": read_text,
        "region": read_text,
        "agent": read_text,
        "data": _read_data,
    },
    "answers": {
        "survey": read_text,
        "campaign": read_text,
        "store": read_text,
        "region": read_text,
        "category": read_category,
        "score": _read_score,
        "commented": read_flag,
        "scale": _read_scale,
    },
}
