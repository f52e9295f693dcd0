"""The one field `links.score_bar` -> eleven buttons that need neither pictures nor scripts, and their lines of text."""

from __future__ import annotations

from hopnps.domain.languages import ENGLISH
from hopnps.domain.score import SCORES

# neutral buttons: a coloured scale pushes the answer
_BUTTON = (
    "display:block;width:44px;height:46px;line-height:46px;border-radius:9px;"
    "background-color:#f1efe9;border:1px solid #8f8b7f;box-sizing:border-box;color:#1b2320;"
    "font-family:Inter,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:17px;font-weight:600;"
    "text-align:center;text-decoration:none;"
)
_TABLE = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" align="left" '
    'style="display:inline-table;border-collapse:separate;"><tr>{cells}</tr></table>'
)
_CELL = (
    '<td style="padding:0 2px 8px 2px;"><a href="{{{{ links.score_{score} }}}}" '
    'aria-label="{label}" style="{style}">{score}</a></td>'
)


def as_html(language: str) -> str:
    """Two tables (6 + 5): one line at 600 px, two on a phone. Only the links still wait for their values."""
    tables = _table(SCORES[:6], language) + _table(SCORES[6:], language)
    return f'<div style="font-size:0;line-height:0;">{tables}</div>'


def as_text() -> str:
    """One line a score, for the text part."""
    lines = (f"{score:>2}  {{{{ links.score_{score} }}}}" for score in SCORES)
    return "\n".join(lines)


def _table(scores: range, language: str) -> str:
    return _TABLE.format(cells="".join(_cell(score, language) for score in scores))


def _cell(score: int, language: str) -> str:
    label = f"Score {score} out of 10" if language == ENGLISH else f"Note {score} sur 10"
    return _CELL.format(score=score, label=label, style=_BUTTON)
