"""DKIM: what we sign, dkimpy finds genuine, and nobody changes a link in it without being found out."""

import base64
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from hopnps.domain import mime
from hopnps.domain.errors import Invalid
from hopnps.domain.signing import Signer, signer

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HEAD = mime.head(
    [
        ("From", mime.mailbox("Cycles Élan", "bonjour@example.org")),
        ("To", "claire@example.org"),
        ("Subject", mime.words("Votre avis sur une maison qui s’appelle Élan, en toutes lettres et plus", after="Subject")),
        ("Date", "Mon, 02 Mar 2026 13:00:00 +0100"),
        ("Message-ID", "<1@avis.example.org>"),
        ("List-Unsubscribe", "<https://avis.example.org/u/1-x>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ],
    "=_1_=",
)  # fmt: skip
BODY = b"--=_1_=\r\n\r\n" + mime.quoted("Bonjour  à vous, \n\n  deux  blancs\n\n") + b"\r\n\r\n"


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def record(key):
    """What stands in the DNS, for dkimpy."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    asked = []

    def txt(name, timeout=5):
        asked.append(name)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    return txt, asked


def test_a_signed_mail_is_genuine_for_those_who_ask_its_domain():
    txt, asked = record(RSA)

    mail = Signer(pem(RSA), "s1", "").signed(HEAD, BODY, sender="bonjour@example.org", at=AT)

    assert dkim.verify(mail, dnsfunc=txt)
    assert asked == [b"s1._domainkey.example.org."]
    assert mail.endswith(HEAD + BODY)
    assert all(len(line) <= 78 for line in mail.split(b"\r\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"/u/1-x", b"/u/2-x"),
        (b"One-Click", b"Two-Clicks"),
        (b"deux", b"trois"),
        (b"claire@", b"eve@"),
        (b"From: ", b"From: <eve@example.org>\r\nFrom: "),
    ],
)
def test_a_mail_that_was_changed_is_no_longer_genuine(before, after):
    txt, _asked = record(RSA)
    mail = Signer(pem(RSA), "s1", "").signed(HEAD, BODY, sender="bonjour@example.org", at=AT)
    start = mail.index(HEAD)

    changed = mail[:start] + mail[start:].replace(before, after)

    assert changed != mail
    assert not dkim.verify(changed, dnsfunc=txt)


def test_the_domain_that_signs_may_be_another_one():
    txt, asked = record(RSA)

    mail = Signer(pem(RSA), "s1", "mail.example.com").signed(
        HEAD, BODY, sender="bonjour@example.org", at=AT
    )

    assert dkim.verify(mail, dnsfunc=txt)
    assert asked == [b"s1._domainkey.mail.example.com."]


def test_a_small_key_signs_too():
    key = ed25519.Ed25519PrivateKey.generate()

    mail = Signer(pem(key), "s1", "").signed(HEAD, BODY, sender="bonjour@example.org", at=AT)

    assert b"a=ed25519-sha256" in mail


def test_a_key_is_its_text_or_its_file(tmp_path):
    path = tmp_path / "dkim.pem"
    path.write_text(pem(RSA))

    assert signer(str(path), "s1", "").signed(HEAD, BODY, sender="a@b.example", at=AT)
    assert signer(pem(RSA), "s1", "").signed(HEAD, BODY, sender="a@b.example", at=AT)


@pytest.mark.parametrize(
    ("key", "selector", "words"),
    [
        ("/nowhere/dkim.pem", "s1", "cannot be read: /nowhere/dkim.pem"),
        ("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", "s1", "no private key"),
        (pem(RSA), "", "HOPNPS_DKIM_SELECTOR"),
    ],
)
def test_a_key_that_will_not_do_is_told_in_words(key, selector, words):
    with pytest.raises(Invalid, match=words):
        signer(key, selector, "")
