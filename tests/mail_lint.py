"""Lays a mail's bytes on the table and lists everything that is wrong with it; [] is a good mail."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from hopnps.domain.mail_reader import MailReader

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
MASS = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Auto-Submitted")
LARGEST_HTML = 102 * 1024
NAMESPACES = re.compile(r"http://www\.w3\.org/[\w/.]+")


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def html_of(content: bytes) -> str:
    return parsed(content).get_body(("html",)).get_content().replace("\r\n", "\n")


def plain_of(content: bytes) -> str:
    return parsed(content).get_body(("plain",)).get_content().replace("\r\n", "\n")


def faults(
    content: bytes, *, public_url: str, language: str, survey: bool = False, mass: bool = True
) -> list[str]:
    """What is wrong with this mail; `mass`: it goes to clients, so one must be able to unsubscribe.

    `survey`: both parts must bear the eleven score links.
    """
    mail = parsed(content)
    found = [*_head(mail, mass), *wire(content)]
    parts = [part.get_content_type() for part in mail.walk()]
    if parts != ["multipart/alternative", "text/plain", "text/html"]:
        return [*found, f"its parts are {parts}"]
    html, plain = html_of(content), plain_of(content)
    found += _html(html, language) + _words(html) + _words(plain)
    found += _outside(html, public_url) + _outside(plain, public_url)
    if mass:
        found += _unsubscribe(mail, html, plain, public_url)
    if survey:
        found += _scores(html, plain, public_url)
    if survey and mass:
        found += _honeypot(html, plain, public_url)
    return found


def _head(mail: EmailMessage, mass: bool) -> list[str]:
    wanted = ONCE + MASS if mass else ONCE
    found = [
        f"{name}: {len(mail.get_all(name, []))} times"
        for name in wanted
        if len(mail.get_all(name, [])) != 1
    ]
    if mail["Date"] and mail["Date"].datetime.tzinfo is None:
        found.append("Date without a zone")
    found += [f"{name}: {defect}" for name, value in mail.items() for defect in value.defects]
    return found + [str(defect) for part in mail.walk() for defect in part.defects]


def wire(content: bytes) -> list[str]:
    """What no mail server may be handed, whatever the mail says."""
    lines = content.split(b"\r\n")
    found = []
    if any(len(line) > 998 for line in lines):
        found.append("a line is over 998 bytes")
    if any(b"\n" in line or b"\r" in line for line in lines):
        found.append("a line does not end in CRLF")
    if not content.isascii():
        found.append("it is not 7-bit")
    if any(line.startswith(b".") for line in lines):
        found.append("a line begins with a dot")
    return found


def _html(html: str, language: str) -> list[str]:
    read = MailReader(html)
    found = [f"<{tag}> in HTML" for tag in read.forbidden]
    found += [f"{address}: no alt text" for address, alt in read.pictures if alt is None]
    if read.language != language:
        found.append(f"lang is {read.language!r}, not {language!r}")
    if len(html.encode()) > LARGEST_HTML:
        found.append("the HTML is over 102 KB")
    return found


def _words(part: str) -> list[str]:
    found = ["a field is not resolved"] if re.search(r"\{\{|\{%|%\}|\}\}|zq\d+qz", part) else []
    return found + (["a value is missing: None"] if re.search(r"\bNone\b", part) else [])


def _outside(part: str, public_url: str) -> list[str]:
    addresses = re.findall(r"https?:[^\s\"'<>)]+", NAMESPACES.sub("", part))
    return [
        f"outside address {address}"
        for address in addresses
        if not address.startswith(f"{public_url}/")
    ]


def _unsubscribe(mail: EmailMessage, html: str, plain: str, public_url: str) -> list[str]:
    header = str(mail["List-Unsubscribe"])
    address = header.strip("<>")
    found = []
    if header != f"<{address}>" or not re.fullmatch(
        rf"{re.escape(public_url)}/u/[\w-]+", address, re.ASCII
    ):
        found.append(f"List-Unsubscribe is {header}")
    if mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        found.append("List-Unsubscribe-Post is not One-Click")
    if address not in MailReader(html).links:
        found.append("no visible link to unsubscribe in the HTML")
    if address not in plain:
        found.append("no link to unsubscribe in the text")
    return found


def _scores(html: str, plain: str, public_url: str) -> list[str]:
    pattern = re.compile(rf"{re.escape(public_url)}/s/[\w-]+/(\d+)", re.ASCII)
    parts = {"HTML": MailReader(html).links, "text": plain.split()}
    found = []
    for name, addresses in parts.items():
        scores = [int(hit[1]) for one in addresses if (hit := pattern.fullmatch(one))]
        if scores != list(range(11)):
            found.append(f"the scores in the {name} are {scores}")
    return found


def _honeypot(html: str, plain: str, public_url: str) -> list[str]:
    """One link that machines meet and people do not."""
    found = re.findall(rf'<a href="{re.escape(public_url)}/h/[\w-]+"([^>]*)></a>', html, re.ASCII)
    if len(found) != 1 or html.count("/h/") != 1:
        return [f"{html.count('/h/')} links that no person sees"]
    hidden = ('aria-hidden="true"', 'tabindex="-1"', "display:none")
    if "/h/" in plain or not all(mark in found[0] for mark in hidden):
        return ["the link that no person should see is seen"]
    return []
