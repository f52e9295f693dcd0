"""The HTML of a mail -> what it says as text, where its links lead, and what no mail may hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"li", "ol", "p", "table", "td", "th", "tr", "ul"}
)
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "ul"})
_SILENT = frozenset({"head", "style", "title"})
VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "base", "col", "source", "embed"})
_FORBIDDEN = frozenset(
    {"applet", "base", "embed", "frame", "frameset", "iframe", "link", "object", "script"}
    | {"button", "form", "input", "select", "textarea"}
    | {"audio", "math", "source", "svg", "video"}
)
_ADDRESSES = ("href", "src", "background", "action", "poster", "srcset", "data", "cite")


class MailReader(HTMLParser):
    """Read once, then ask: `text`, `links`, `pictures` (address, alt or None), `language`, `forbidden`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.pictures: list[tuple[str, str | None]] = []
        self.forbidden: list[str] = []
        self.language = ""
        self._parts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # each open element, and whether it is silent
        self._link: tuple[str, int] | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """The words, a line per block, each link's address on the line after its words."""
        said = "".join(self._parts)
        lines = (re.sub(r"[ \t\r\n]+", " ", line).strip(" ") for line in said.split("\0"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inspect(tag, found, dict(attrs))
        if tag == "br" or tag in _BLOCKS:
            self._parts.append("\0\0" if tag in _PARAGRAPHS else "\0")
        if tag == "img" and found.get("alt"):
            self._say(found["alt"])
        if tag == "a":
            self._link = (found.get("href", ""), len(self._parts))
        if tag not in VOID:
            hidden = "display:none" in found.get("style", "").replace(" ", "")
            self._open.append((tag, self._is_silent or hidden or tag in _SILENT))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self._end_link(*self._link)
        if tag in _BLOCKS:
            self._parts.append("\0\0" if tag in _PARAGRAPHS else "\0")
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break

    def handle_data(self, data: str) -> None:
        self._say(data)

    @property
    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _say(self, words: str) -> None:
        if not self._is_silent:
            self._parts.append(words)

    def _end_link(self, address: str, start: int) -> None:
        self._link = None
        label = "".join(self._parts[start:]).strip()
        if address and not self._is_silent and label != address:
            self._say(f"\0{address}\0")

    def _inspect(self, tag: str, found: dict[str, str], raw: dict[str, str | None]) -> None:
        self.addresses += [found[name] for name in _ADDRESSES if found.get(name)]
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "img":
            self.pictures.append((found.get("src", ""), raw.get("alt")))
        if tag in _FORBIDDEN or tag.startswith("mj-"):
            self.forbidden.append(tag)
        self.forbidden += [name for name in found if name.startswith("on")]
        if "flex" in found.get("style", ""):
            self.forbidden.append("display:flex")
