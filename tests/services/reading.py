"""A rule read aloud: who it finds among a few people, in plain Python, the slow and obvious way."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Person:
    """What rules can ask of somebody; events are dicts with the same names as a rule's filters."""

    name: str
    fields: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    interactions: list = field(default_factory=list)
    answers: list = field(default_factory=list)


def finds(rule, person, now):
    """Whether a rule, as data, finds this person."""
    if not rule:
        return True
    if "all" in rule:
        return all(finds(one, person, now) for one in rule["all"])
    if "any" in rule:
        return any(finds(one, person, now) for one in rule["any"])
    if "not" in rule:
        return not finds(rule["not"], person, now)
    if "contact" in rule:
        value = person.fields.get(rule["contact"])
        return _all_hold(value, rule, now, skip="contact")
    if "attribute" in rule:
        return _all_hold(person.attributes.get(rule["attribute"]), rule, now, skip="attribute")
    counted = "interactions" if "interactions" in rule else "answers"
    events = getattr(person, counted)
    number = sum(_passes(event, rule[counted], now) for event in events)
    return _in_range(number, rule)


def _passes(event, filters, now):
    period = {key: filters[key] for key in filters if key in PERIOD}
    if not _all_hold(event["at"], period, now):
        return False
    return all(
        _data_passes(event["data"], value, now)
        if name == "data"
        else _plain(event[name]) == _plain(value)
        for name, value in filters.items()
        if name not in PERIOD
    )


def _data_passes(data, wanted, now):
    return all(
        _all_hold(data.get(key), asked if isinstance(asked, dict) else {"is": asked}, now)
        for key, asked in wanted.items()
    )


def _in_range(number, rule):
    if "exactly" in rule:
        return number == rule["exactly"]
    if "at_least" not in rule and "at_most" not in rule:
        return number >= 1
    return rule.get("at_least", 0) <= number <= rule.get("at_most", number)


def _all_hold(value, rule, now, skip=""):
    return all(
        _holds(value, operator, asked, now) for operator, asked in rule.items() if operator != skip
    )


def _holds(value, operator, asked, now):
    if operator == "empty":
        return (not value and value != 0) == asked
    if value in (None, "", []):
        return False
    if operator in PERIOD:
        return _in_period(value, operator, asked, now)
    if operator in ("at_least", "at_most") or (operator == "is" and _is_number(asked)):
        return _compares(value, operator, asked)
    if isinstance(value, list):
        tags = {_plain(tag) for tag in value}
        wanted = {_plain(tag) for tag in ([asked] if isinstance(asked, str) else asked)}
        return wanted <= tags if operator == "has_all" else bool(wanted & tags)
    text, asked = _plain(value), _plain(asked)
    return {
        "is": lambda: text == asked,
        "in": lambda: text in asked,
        "contains": lambda: asked in text,
        "starts_with": lambda: text.startswith(asked),
        "ends_with": lambda: text.endswith(asked),
    }[operator]()


def _compares(value, operator, asked):
    number = value if _is_number(value) else _number_in(value)
    if number is None:
        return False
    return {"is": number == asked, "at_least": number >= asked, "at_most": number <= asked}[
        operator
    ]


def _in_period(value, operator, asked, now):
    if isinstance(value, str):
        day = _day_in(value)
        return day is not None and _day_in_period(
            day, operator, asked, now.astimezone(PARIS).date()
        )
    if operator in ("since", "until"):
        return _day_in_period(value.astimezone(PARIS).date(), operator, asked, None)
    age = now - value
    if operator == "within_days":
        return timedelta(0) <= age < timedelta(days=asked)
    return age >= timedelta(days=asked)


def _day_in_period(day, operator, asked, today):
    return {
        "since": lambda: day >= date.fromisoformat(asked),
        "until": lambda: day <= date.fromisoformat(asked),
        "within_days": lambda: 0 <= (today - day).days < asked,
        "older_than_days": lambda: (today - day).days >= asked,
    }[operator]()


def _number_in(text):
    try:
        return float("".join(text.split()).replace(",", "."))
    except ValueError:
        return None


def _day_in(text):
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), shape).date()
        except ValueError:
            continue
    return None


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value):
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        letters = unicodedata.normalize("NFD", value)
        return "".join(mark for mark in letters if not unicodedata.combining(mark)).lower()
    return value


PERIOD = {"since", "until", "within_days", "older_than_days"}
