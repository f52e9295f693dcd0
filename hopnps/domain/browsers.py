"""A user agent's words -> the family of browser that says them, for hints only: anybody can say anything."""

from __future__ import annotations

import re
from functools import lru_cache

ROBOT = "robot"
_ROBOTS = re.compile(
    "bot|crawl|spider|scan|preview|prefetch|fetch|monitor|curl|wget|python|java/|okhttp|go-http|http-?client|libwww|"
    "perl|ruby|php|headless|phantom|selenium|playwright|puppeteer|safelinks|proofpoint|mimecast|barracuda|fortinet|"
    "sophos|symantec|trendmicro|cisco|ironport|messagelabs|zscaler|yandeximages|facebookexternalhit|whatsapp|slack|"
    "microsoft office|ms-office|existence",
    re.IGNORECASE,
)
_FAMILIES = (  # the first that is found: each says the names of those below it
    ("Edge", re.compile("Edg(?:e|A|iOS)?/")),
    ("Opera", re.compile("OPR/|OPT/|Opera")),
    ("Samsung Internet", re.compile("SamsungBrowser/")),
    ("Firefox", re.compile("Firefox/|FxiOS/")),
    ("Chrome", re.compile("Chrome/|CriOS/|Chromium/")),
    ("Safari", re.compile("Safari/|AppleWebKit/")),
    ("Internet Explorer", re.compile("Trident/|MSIE ")),
)


@lru_cache(maxsize=1024)
def family_of(user_agent: str) -> str:
    """Firefox, Chrome, ..., ROBOT for what says that it is none or says nothing, '' for what we do not know."""
    if not user_agent.strip() or _ROBOTS.search(user_agent):
        return ROBOT
    return next((name for name, words in _FAMILIES if words.search(user_agent)), "")
