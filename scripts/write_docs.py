"""What the code declares once (settings, merge fields, signals) -> the pages that say it to people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from hopnps.choosable import CHOOSABLE
from hopnps.domain.merge import FIELDS
from hopnps.domain.merge_fields import Field, Need
from hopnps.settings import SETTINGS, Setting

ROOT = Path(__file__).parent.parent
ORIGIN = "<!-- Written by `make docs` from the code: change it there. -->"


def main() -> None:
    for path, text in pages().items():
        (ROOT / path).write_text(text)
        print(f"{path} written.")


def pages() -> dict[str, str]:
    """Each generated file, by its path from the root, and what should stand in it."""
    return {
        "docs/settings.md": "\n".join(settings_page()),
        "docs/merge-fields.md": "\n".join(merge_fields_page()),
        "instance/config.py.example": "\n".join(example_config()),
    }


def settings_page() -> Iterator[str]:
    yield from ("# Settings", "", ORIGIN, "")
    yield "Each can stand in `instance/config.py` (or the host's `app.config`) or in an environment variable of the"
    yield "same name; the environment wins. Lists are written with commas in the environment."
    chosen = ", ".join(f"`{key}`" for key in CHOOSABLE)
    yield from ("", f"On the page of settings an administrator may choose {chosen},")
    yield "where neither the environment nor the configuration fixes them. A choice counts at once, in every process."
    yield from ("", "| setting | default | what it says |", "| --- | --- | --- |")
    for setting in SETTINGS:
        yield f"| `{setting.key}` | {_default(setting)} | {setting.help} |"
    yield ""


def _default(setting: Setting) -> str:
    if setting.default is None or setting.default == "":
        return ""
    if isinstance(setting.default, list):
        return f"`{','.join(map(str, setting.default))}`"
    return f"`{setting.default}`"


def merge_fields_page() -> Iterator[str]:
    yield from ("# Merge fields", "", ORIGIN, "")
    yield "What may stand in an e-mail template, its subject included, in double braces:"
    yield '`{{ contact.first_name | default: "à vous" }}`. The language is Liquid; a field nobody knows is refused when'
    yield "the template is saved."
    yield from (
        "",
        "| field | what it is | sample (fr) | sample (en) |",
        "| --- | --- | --- | --- |",
    )
    for field in FIELDS:
        told = field.description + _needed(field)
        yield f"| `{field.name}` | {told} | {field.french} | {field.english} |"
    yield from (
        "",
        "`links.score_0` to `links.score_10` are the addresses of the eleven buttons, one by one.",
        "",
    )


def _needed(field: Field) -> str:
    if field.need is Need.ALWAYS:
        return " **Every mail must bear it.**"
    return " **Every mail of a survey must bear it.**" if field.need is Need.WITH_SURVEY else ""


def example_config() -> Iterator[str]:
    yield "# Copy to config.py beside this file and take the # away before what you change."
    yield "# An environment variable of the same name wins over what stands here."
    for setting in SETTINGS:
        yield ""
        yield from (f"# {line}" for line in wrap(setting.help, 98))
        yield f"# {setting.key} = {_python(setting)}"
    yield ""


def _python(setting: Setting) -> str:
    value = repr(setting.default)
    return '"' + value[1:-1] + '"' if isinstance(setting.default, str) else value


if __name__ == "__main__":
    main()
