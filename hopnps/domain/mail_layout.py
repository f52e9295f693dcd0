"""MJML with Liquid fields -> the HTML and the text of a mail, both still holding their fields; compiled once a version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from mjml import mjml2html

from hopnps.domain import merge, score_bar
from hopnps.domain.errors import N_, Invalid
from hopnps.domain.mail_reader import VOID, MailReader
from hopnps.domain.merge_fields import (
    ADDRESSES,
    SCORE_BAR,
    SCORE_LINKS,
    UNSUBSCRIBE,
    sample_values,
)

LARGEST = (
    100_000  # bytes; Gmail cuts what is over 102 KB, and the unsubscribe link stands at the end
)
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_MARK = re.compile(r"zq(\d+)qz")  # plain letters: MJML rewrites anything rarer inside attributes
_TAG = re.compile(r"<[a-z][^<>]*>")
_DEBUG = re.compile(r'\\(?:u\{([0-9a-f]+)\}|(["nrt\\]))')
_BAR = re.compile(r"\{\{-?\s*links\.score_bar\s*-?\}\}")
_ROOT = re.compile(r"<mjml\b[^>]*>")
_OWN_WORDS = re.compile(r"http://www\.w3\.org/[\w/.]+")  # names of namespaces, fetched by nobody
_OUTSIDE = re.compile(r"https?:/*[\w.-]+|url\(\s*['\"]?//[\w.-]+|@import\b", re.IGNORECASE)
_DEEPEST = 100  # elements inside one another; some thousands would fill the compiler's stack and end the server


@dataclass(frozen=True)
class Layout:
    html: str
    plain: str

    @property
    def has_score_bar(self) -> bool:
        return SCORE_LINKS[0] in self.html


def compile_mjml(body: str, language: str) -> Layout:
    """What `body` becomes in this language.

    Raises Invalid: unknown fields, broken MJML, outside addresses, no link to unsubscribe, too large.
    """
    body = body.replace("\r\n", "\n")  # browsers send CRLF, which MJML refuses
    _refuse_depth(body)
    merge.lint(body)
    html, fields = _masked_html(body, language)
    _refuse_lost(html, fields)
    read = MailReader(html)
    _refuse_unsafe(html, read, fields)
    layout = Layout(
        html=_restored(html, fields, score_bar.as_html(language)),
        plain=_restored(read.text, fields, f"\n\n{score_bar.as_text()}\n\n"),
    )
    _try_out(layout, language)
    return layout


def compile_own(body: str, language: str) -> Layout:
    """The same of a mail to colleagues, whose words and fields are our own: nothing in it is doubted."""
    html, fields = _masked_html(body, language)
    return Layout(_restored(html, fields, ""), _restored(MailReader(html).text, fields, ""))


def _masked_html(body: str, language: str) -> tuple[str, list[str]]:
    """MJML as HTML, each field of it hidden behind a mark; and the fields in their order."""
    fields = _LIQUID.findall(body)
    marks = iter(range(len(fields)))
    masked = _LIQUID.sub(lambda _: f"zq{next(marks)}qz", _MARK.sub("", body))
    return _in_language(_converted(masked), language), fields


def _refuse_depth(body: str) -> None:
    if _Depth(body).deepest > _DEEPEST:
        raise Invalid(N_("More than %(most)s elements stand inside one another."), most=_DEEPEST)


def _converted(masked: str) -> str:
    try:
        return _mended(mjml2html(_ROOT.sub("<mjml>", masked, count=1), fonts={}))
    except ValueError as fault:
        unclosed = _FirstUnclosed(masked)
        if unclosed.tag:
            raise Invalid(
                N_("Line %(line)s: <%(tag)s> is not closed."),
                line=unclosed.line,
                tag=unclosed.tag,
            ) from fault
        raise Invalid(
            N_(
                "This is not MJML. It starts with <mjml><mj-body>, and each element is closed by its name."
            )
        ) from fault


def _mended(html: str) -> str:
    """mjml-python 1.4 writes a no-break space, a quote or a line end in an attribute as Rust would: \\u{a0}."""
    if "\\" not in html:
        return html
    plain = {'"': "&quot;", "\\": "\\"}

    def character(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else plain.get(found[2], " ")

    return _TAG.sub(lambda tag: _DEBUG.sub(character, tag[0]), html)


def _in_language(html: str, language: str) -> str:
    """MJML says "und" where nobody told it; `dir="auto"` would let a name turn the whole mail around."""
    return html.replace('lang="und" dir="auto"', f'lang="{language}" dir="ltr"')


def _refuse_lost(html: str, fields: list[str]) -> None:
    kept = {int(number) for number in _MARK.findall(html)}
    for number, field in enumerate(fields):
        if number not in kept:
            raise Invalid(
                N_("%(name)s stands where no text can stand. Put it inside <mj-text> or <mj-raw>."),
                name=field,
            )


def _refuse_unsafe(html: str, read: MailReader, fields: list[str]) -> None:
    if read.forbidden:
        raise Invalid(N_("Mail programs do not show <%(tag)s>."), tag=read.forbidden[0])
    outside = _OUTSIDE.search(_OWN_WORDS.sub("", html))
    strange = (outside and outside[0]) or _strange_address(read.addresses, fields)
    if strange:
        raise Invalid(
            N_("A mail leads to our own pages only: %(address)s cannot stand in it."),
            address=strange,
        )
    if any(alt is None for _, alt in read.pictures):
        raise Invalid(N_('A picture has no alt text. Write alt="" if it says nothing.'))


def _strange_address(addresses: list[str], fields: list[str]) -> str:
    for address in addresses:
        mark = _MARK.fullmatch(address)
        named = merge.fields_in(fields[int(mark[1])]) if mark else {}
        ours = bool(named) and ADDRESSES.issuperset(named)
        if not ours and not address.startswith(("mailto:", "tel:", "#")):
            return fields[int(mark[1])] if mark else address
    return ""


def _restored(masked: str, fields: list[str], bar: str) -> str:
    def field(mark: re.Match[str]) -> str:
        said = fields[int(mark[1])]
        return bar if _BAR.fullmatch(said) else said

    return _MARK.sub(field, masked)


def _try_out(layout: Layout, language: str) -> None:
    """Fill it with samples: what must be there is looked for where the reader would look."""
    values = sample_values(language)
    values["links"] = {name.partition(".")[2]: f"#{name}" for name in ADDRESSES}
    html = merge.html(layout.html, values)
    merge.text(layout.plain, values)
    links = set(MailReader(html).links)
    if f"#{UNSUBSCRIBE}" not in links:
        raise Invalid(
            N_('The link to unsubscribe is missing: <a href="{{ links.unsubscribe }}">...</a>')
        )
    bar = {f"#{name}" for name in SCORE_LINKS}
    if (bar & links and not bar <= links) or SCORE_BAR in merge.fields_in(layout.html):
        raise Invalid(N_("{{ links.score_bar }} needs a place of its own inside <mj-text>."))
    if len(html.encode()) > LARGEST:
        raise Invalid(N_("This mail is too large: more than 100 KB, mail programs cut it off."))


class _FirstUnclosed(HTMLParser):
    """Finds the first MJML element that is not closed where it should be."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tag, self.line = "", 0
        self._open: list[tuple[str, int]] = []
        self.feed(body)
        self.close()
        if self._open and not self.tag:
            self.tag, self.line = self._open[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("mj"):
            self._open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed by itself."""

    def handle_endtag(self, tag: str) -> None:
        if not tag.startswith("mj") or self.tag:
            return
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        elif self._open:
            self.tag, self.line = self._open[-1]


class _Depth(HTMLParser):
    """Counts how deep the elements of a body stand inside one another, the words of a <style> too."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.deepest = 0
        self._open: list[str] = []
        self.feed(body)
        self.close()

    def set_cdata_mode(self, *args: Any, **kwargs: Any) -> None:
        """Never: MJML reads on within a <style>."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
            self.deepest = max(self.deepest, len(self._open))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed by itself."""

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
