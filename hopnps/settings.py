"""Every setting, declared once: its default, what kind of value it is, and its help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """`kind` turns an environment variable's text into a value; None as default means "worked out at start"."""

    key: str
    default: Any
    kind: type
    help: str


SETTINGS = (
    Setting(
        "HOPNPS_INSTANCE",
        "instance",
        str,
        "Folder of the SQLite file, the keys and config.py; set in the environment only.",
    ),
    Setting(
        "HOPNPS_DATABASE_URL",
        None,
        str,
        "Database address, such as postgresql://user:word@host/name. Default: the file hopnps.sqlite in the instance.",
    ),
    Setting(
        "HOPNPS_PUBLIC_URL",
        "http://127.0.0.1:5000",
        str,
        "Address at which clients reach us; every link in a mail starts with it. No mail leaves unless it begins with https://.",
    ),
    Setting("HOPNPS_TIMEZONE", "Europe/Paris", str, "Time zone that decides what a day is."),
    Setting(
        "HOPNPS_LANGUAGE", "fr", str, "Language of screens when the visitor's is unknown: fr or en."
    ),
    Setting(
        "HOPNPS_TOKEN_KEYS",
        None,
        list,
        "Keys of the links in mails, separated by commas: the first signs, all verify. Made once into the instance.",
    ),
    Setting("HOPNPS_FREQUENCY_DAYS", 60, int, "Days to leave between two surveys to one address."),
    Setting("HOPNPS_EXPIRY_DAYS", 90, int, "Days during which a link in a mail accepts an answer."),
    Setting(
        "HOPNPS_PRECISION",
        10,
        int,
        "Points to either side within which an NPS is sure enough: beyond them the screens say how many answers are missing.",
    ),
    Setting(
        "HOPNPS_STORE_PRECISION",
        20,
        int,
        "The same in tables of stores, regions, agents and the like, where answers are fewer.",
    ),
    Setting(
        "HOPNPS_HOUSE_FORMULA",
        False,
        bool,
        "Show beside each NPS the house formula, in which an 8 counts as a promoter. It stands apart and says its name.",
    ),
    Setting(
        "HOPNPS_PRODUCT_FIELDS",
        [],
        list,
        "Fields of an order or ticket that may name its product, separated by commas; the first that is there counts."
        " Default: product, produit.",
    ),
    Setting(
        "HOPNPS_CONTACT_SECONDS",
        300,
        int,
        "Seconds between two readings of a host's contact source.",
    ),
    Setting(
        "HOPNPS_LEASE_SECONDS",
        60,
        int,
        "Seconds after which a dead worker's mails go back to the others.",
    ),
    Setting(
        "HOPNPS_CONNECTIONS",
        8,
        int,
        "Connections to the mail server that a worker opens at most.",
    ),
    Setting(
        "HOPNPS_DATA_AHEAD",
        20,
        int,
        "Mails that may be about to leave on each connection: at most so many are in doubt if a worker is killed.",
    ),
    Setting(
        "HOPNPS_SENDING_DAYS",
        "",
        str,
        "Days on which campaigns may send, Monday is 1: 1-5 or 1,3,5. Default: every day.",
    ),
    Setting(
        "HOPNPS_SENDING_HOURS",
        "",
        str,
        "Hours during which campaigns may send, such as 9:00-18:30. Default: all day.",
    ),
    Setting(
        "HOPNPS_SENDING_HOLIDAYS",
        True,
        bool,
        "Send also on the public holidays of France.",
    ),
    Setting(
        "HOPNPS_SENDING_ZONE",
        "house",
        str,
        "Whose clock the hours mean: house, or recipient (the contact's field timezone, else the house's).",
    ),
    Setting(
        "HOPNPS_RATE_PER_MINUTE",
        0,
        int,
        "Mails that may leave in a minute, over everything and all workers; 0 sets no limit.",
    ),
    Setting(
        "HOPNPS_RATE_PER_DOMAIN",
        0,
        int,
        "Mails that may leave in a minute to one receiving domain; 0 sets no limit.",
    ),
    Setting(
        "HOPNPS_RETRY_SECONDS",
        [300, 900, 1800, 3600],
        list,
        "Pauses before a mail that was put off is tried again; then every 4 hours, up to 72 hours after the first try.",
    ),
    Setting(
        "HOPNPS_DKIM_KEY",
        "",
        str,
        "Key that signs mails (DKIM): a PEM file's path, or its text. Needs `pip install hopnps[dkim]`.",
    ),
    Setting(
        "HOPNPS_DKIM_SELECTOR",
        "",
        str,
        "Name under which the domain publishes the key: <selector>._domainkey.<domain>.",
    ),
    Setting("HOPNPS_DKIM_DOMAIN", "", str, "Domain that signs. Default: the sender's."),
    Setting(
        "HOPNPS_BOUNCE_ADDRESS",
        "",
        str,
        "Address to which bounces return, such as bounces@example.org: each mail gets one of its own, bounces+7-...@example.org, "
        "which its mailbox must accept too. At most 29 signs before the @. Unset: they return to the sender.",
    ),
    Setting(
        "HOPNPS_BOUNCE_IMAP_SERVER",
        "",
        str,
        "IMAP server of the mailbox where bounces arrive; unset: none is read.",
    ),
    Setting("HOPNPS_BOUNCE_IMAP_PORT", 993, int, "Its port."),
    Setting(
        "HOPNPS_BOUNCE_IMAP_SECURITY",
        "ssl",
        str,
        "ssl (TLS from the first byte, usually port 993), starttls (usually port 143) or none (this machine only).",
    ),
    Setting("HOPNPS_BOUNCE_IMAP_USERNAME", "", str, "Name for the IMAP server."),
    Setting("HOPNPS_BOUNCE_IMAP_PASSWORD", "", str, "Password for the IMAP server."),
    Setting("HOPNPS_BOUNCE_IMAP_FOLDER", "INBOX", str, "Folder in which bounces arrive."),
    Setting(
        "HOPNPS_BOUNCE_IMAP_DONE_FOLDER",
        "",
        str,
        "Folder into which messages are moved once they are read; unset: they stay where they are, marked as read.",
    ),
    Setting("HOPNPS_BOUNCE_IMAP_SECONDS", 60, int, "Seconds between two readings of that mailbox."),
    Setting(
        "HOPNPS_BOUNCE_HOOK_KEY",
        "",
        str,
        "Key with which a mail provider may hand in bounces at /hooks/bounces; unset: that door is closed.",
    ),
    Setting(
        "HOPNPS_CELERY_BROKER",
        "redis://127.0.0.1:6379/0",
        str,
        "Redis or RabbitMQ that carries the ticks of `celery -A hopnps.celery_app worker -B`.",
    ),
    Setting(
        "HOPNPS_JUDGE_AFTER_SECONDS",
        600,
        int,
        "Seconds without a request after which a visit to the links of a mail is judged: a person's click or a machine's.",
    ),
    Setting(
        "HOPNPS_HUMAN_AFTER_SECONDS",
        60,
        int,
        "Seconds after the server accepted a mail during which no click alone counts as a vote.",
    ),
    Setting(
        "HOPNPS_TRUSTED_PROXIES",
        0,
        int,
        "How many proxies in front of us set X-Forwarded-For and -Proto.",
    ),
    Setting(
        "HOPNPS_DEMO_MAILBOX", False, bool, "The local mailbox of the demo. Never in production."
    ),
    Setting(
        "SECRET_KEY", None, str, "Signs the sessions of colleagues. Made once into the instance."
    ),
    Setting("MAIL_SERVER", "localhost", str, "SMTP server."),
    Setting("MAIL_PORT", 25, int, "Its port."),
    Setting("MAIL_USE_TLS", False, bool, "Start TLS after connecting (usually port 587)."),
    Setting("MAIL_USE_SSL", False, bool, "Speak TLS from the first byte (usually port 465)."),
    Setting("MAIL_USERNAME", None, str, "Name for the SMTP server, if it asks."),
    Setting("MAIL_PASSWORD", None, str, "Password for the SMTP server, if it asks."),
    Setting("MAIL_TIMEOUT", 20, int, "Seconds to wait for the SMTP server."),
    Setting(
        "MAIL_DEFAULT_SENDER",
        "hopnps <surveys@localhost.localdomain>",
        str,
        "Sender of mails whose survey and brand name none.",
    ),
)
