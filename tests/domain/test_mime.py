"""The bytes of a mail: short lines, seven bits, and nothing from outside ends a header."""

import quopri
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopnps.domain import mime
from hopnps.domain.errors import Invalid

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def written(plain="", html="", **headers):
    return mime.message(headers=headers.items(), plain=plain, html=html, boundary="=_1_=")


@given(words)
def test_a_body_comes_back_as_it_was_in_short_lines_without_leading_dots(body):
    body = body.replace("\r\n", "\n").replace("\r", "\n")

    content = written(plain=body, html=body)
    mail = message_from_bytes(content, policy=policy.default)

    parts = [
        part.get_payload(decode=True).decode().replace("\r\n", "\n") for part in mail.iter_parts()
    ]
    assert parts == [body, body]
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert all(len(line) <= 78 and not line.startswith(b".") for line in lines)
    assert all(b"\r" not in line and b"\n" not in line for line in lines)


@example("a" * 75)
@example("a" * 75 + ".")
@example(" a.")
@example("a = b")
@given(st.text(st.characters(max_codepoint=126), max_size=80) | words)
def test_a_piece_of_a_body_begins_and_ends_a_line_whatever_it_holds(value):
    value = value.replace("\r\n", "\n").replace("\r", "\n")

    piece = mime.stretch(value)

    assert quopri.decodestring(piece).replace(b"\r\n", b"\n").decode() == value
    assert piece.endswith((b"=\r\n", b"\r\n")) or not value
    assert all(len(line) <= 76 and not line.startswith(b".") for line in piece.split(b"\r\n"))


@pytest.mark.parametrize("body", [".", "..", ".\n.\n", "x\n.", "a" * 74 + "....", "." * 500])
def test_a_dot_never_begins_a_line(body):
    content = written(plain=body)
    mail = message_from_bytes(content, policy=policy.default)

    assert b"\r\n." not in content
    assert next(mail.iter_parts()).get_payload(decode=True).decode().replace("\r\n", "\n") == body


@example("\x00")
@given(words)
def test_a_subject_stays_one_header_and_keeps_its_words(subject):
    mail = message_from_bytes(
        written(Subject=mime.words(subject, after="Subject")), policy=policy.default
    )

    assert len(mail.items()) == 3
    one_line = " ".join(subject.split())
    if one_line.isprintable():
        assert mail["Subject"] == one_line


@given(words)
def test_a_name_stays_a_name(name):
    mail = message_from_bytes(
        written(To=mime.mailbox(name, "claire@example.org")), policy=policy.default
    )

    assert [one.addr_spec for one in mail["To"].addresses] == ["claire@example.org"]
    assert len(mail.items()) == 3


@pytest.mark.parametrize("value", ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\0b"])
def test_a_header_that_would_end_early_is_refused(value):
    with pytest.raises(Invalid):
        written(To=value)


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ("Cycles Tilleul <bonjour@example.org>", ("Cycles Tilleul", "bonjour@example.org")),
        ("bonjour@example.org", ("", "bonjour@example.org")),
        ('"Élan, atelier" <a@example.org>', ("Élan, atelier", "a@example.org")),
        ("hopnps <surveys@localhost>", ("hopnps", "surveys@localhost")),
    ],
)
def test_a_sender_is_a_name_and_an_address(given, sender):
    assert mime.sender_of(given) == sender


@pytest.mark.parametrize("given", ["", "nobody", "a@b@c", "X <>", "X <a b@example.org>"])
def test_what_is_no_sender_is_refused(given):
    with pytest.raises(Invalid):
        mime.sender_of(given)
