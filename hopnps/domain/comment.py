"""A comment as typed -> the comment as it is kept, or a plain refusal."""

from __future__ import annotations

import re

from hopnps.domain.errors import N_, Invalid

LONGEST = 5000  # characters, in any script
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # no database of ours can hold these


def checked(comment: str) -> str:
    """One kind of line end, no blanks around it; '' stays ''.

    Raises Invalid, in words for the client who typed it.
    """
    if not comment:
        return comment
    kept = re.sub(r"\r\n?", "\n", comment).strip()
    if _UNWRITABLE.search(kept):
        raise Invalid(
            N_("Your comment holds a character that cannot be kept. Please type it again without."),
            field="comment",
        )
    if len(kept) > LONGEST:
        raise Invalid(
            N_(
                "Your comment has %(length)s characters; %(longest)s can be kept. Please shorten it."
            ),
            field="comment",
            length=len(kept),
            longest=LONGEST,
        )
    return kept


def printable(comment: str) -> str:
    """The same text with a mark in place of what no page can show, so that it can be corrected."""
    return _UNWRITABLE.sub("\ufffd", comment)
