"""Fields whose text is more than a text: tags, own attributes, a moment at the house's place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, StringField, TextAreaField

from hopnps import doors
from hopnps.i18n import gettext as _


class TagsField(StringField):
    """`vip, workshop` <-> a list of tags."""

    def _value(self) -> str:
        return ", ".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [tag.strip() for tag in (valuelist or [""])[0].split(",") if tag.strip()]


class AttributesField(TextAreaField):
    """One `name: value` a line <-> a mapping; a faulty line stays typed and is named."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "\n".join(f"{name}: {value}" for name, value in (self.data or {}).items())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {}
        for line in (valuelist or [""])[0].splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and (not colon or not name.strip()):
                raise ValueError(
                    _("Write one “name: value” a line, not “%(line)s”.", line=line[:60])
                )
            if line.strip():
                self.data[name.strip()] = value.strip()


class MomentField(DateTimeLocalField):
    """A date and time as clocks show it at the house's place <-> an aware datetime."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(label, validators, format=formats, **options)

    def process_data(self, value: datetime | None) -> None:
        self.data = value.astimezone(self._zone()).replace(tzinfo=None) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("Write a date and a time.")) from None

    @property
    def moment(self) -> datetime | None:
        return self.data.replace(tzinfo=self._zone()) if self.data else None

    def _zone(self) -> Any:
        return doors.house().timezone
