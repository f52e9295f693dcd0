"""The mail lint sees what it is there to see."""

import pytest

from hopnps.domain import mime
from tests.mail_lint import faults

PUBLIC = "https://avis.example.org"
UNSUBSCRIBE = f"{PUBLIC}/u/7-abc"
HIDDEN = f'<a href="{PUBLIC}/h/7-abc" aria-hidden="true" tabindex="-1" style="display:none;"></a>'
GOOD_HTML = (
    f'<html lang="fr"><body>{HIDDEN}Bonjour <img src="https://avis.example.org/i/1" alt="Tilleul">'
    + "".join(f'<a href="{PUBLIC}/s/7-abc/{score}">{score}</a>' for score in range(11))
    + f'<a href="{UNSUBSCRIBE}">Ne plus recevoir</a></body></html>'
)
GOOD_PLAIN = (
    "\n"
    + "\n".join(f" {score} {PUBLIC}/s/7-abc/{score}" for score in range(11))
    + f"\n{UNSUBSCRIBE}"
)
HEAD = {
    "From": "bonjour@example.org",
    "To": "claire@example.org",
    "Subject": "Votre avis",
    "Date": "Mon, 02 Mar 2026 13:00:00 +0100",
    "Message-ID": "<1@avis.example.org>",
    "List-Id": "<relation.avis.example.org>",
    "List-Unsubscribe": f"<{UNSUBSCRIBE}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Auto-Submitted": "auto-generated",
}


def told(html=GOOD_HTML, plain=GOOD_PLAIN, head=HEAD, more=(), change=lambda content: content):
    headers = [*head.items(), *more]
    content = mime.message(headers=headers, plain=plain, html=html, boundary="=_1_=")
    return faults(change(content), public_url=PUBLIC, language="fr", survey=True)


def test_a_good_mail_has_no_faults():
    assert told() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"more": [("To", "eve@example.org")]}, "To: 2 times"),
        ({"head": {k: v for k, v in HEAD.items() if k != "Date"}}, "Date: 0 times"),
        ({"head": HEAD | {"Date": "Mon, 02 Mar 2026 13:00:00 -0000"}}, "without a zone"),
        ({"html": GOOD_HTML.replace("Bonjour", "{{ contact.first_name }}")}, "not resolved"),
        ({"plain": GOOD_PLAIN + "{% if x %}"}, "not resolved"),
        ({"html": GOOD_HTML.replace("Bonjour", "Bonjour None")}, "None"),
        ({"html": GOOD_HTML.replace(' alt="Tilleul"', "")}, "alt text"),
        ({"html": GOOD_HTML.replace('lang="fr"', "")}, "lang is"),
        ({"html": GOOD_HTML.replace("Bonjour", "<script>x</script>")}, "<script>"),
        ({"html": GOOD_HTML.replace("Bonjour", "https://evil.example.org/x")}, "outside address"),
        ({"plain": GOOD_PLAIN + " https://evil.example.org"}, "outside address"),
        ({"html": GOOD_HTML.replace("Bonjour", "x" * 110_000)}, "102 KB"),
        ({"html": GOOD_HTML.replace("/u/", "/v/")}, "unsubscribe in the HTML"),
        ({"plain": GOOD_PLAIN.replace("/u/", "/v/")}, "unsubscribe in the text"),
        ({"html": GOOD_HTML.replace("7-abc/3", "7-abc/4")}, "scores in the HTML"),
        ({"plain": GOOD_PLAIN.replace("/10", "/9")}, "scores in the text"),
        ({"html": GOOD_HTML.replace(HIDDEN, "")}, "0 links that no person"),
        ({"html": GOOD_HTML.replace(HIDDEN, HIDDEN * 2)}, "2 links that no person"),
        ({"html": GOOD_HTML.replace(' tabindex="-1"', "")}, "is seen"),
        ({"plain": f"{GOOD_PLAIN} {PUBLIC}/h/7-abc"}, "is seen"),
        ({"change": lambda content: content.replace(b"\r\n 0 ", b"\r\n.0 ", 1)}, "dot"),
        ({"change": lambda content: content.replace(b"text/plain", b"text/css")}, "its parts"),
        ({"change": lambda content: content + b"x" * 999}, "998"),
        ({"change": lambda content: content + "é".encode()}, "7-bit"),
        ({"change": lambda content: content.replace(b"\r\n", b"\n")}, "CRLF"),
    ],
)
def test_a_fault_is_found(fault, words):
    assert any(words in one for one in told(**fault))
