"""A shop, a moment and a client's temper -> a score."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import exp
from random import Random

from hopnps.demo.company.places import Shop
from hopnps.domain.score import SCORES

WEIGHTS = (1.0, 0.6, 1.0, 1.4, 1.4, 2.6, 3.4, 8.0, 19.0, 26.0, 28.0)  # of the scores 0 to 10
YEAR = timedelta(days=365)


def mood(shop: Shop, at: datetime, now: datetime) -> float:
    """How the shop pleased then: it drifts over the year that ends now."""
    return shop.mood + shop.drift * max(0.0, 1 - (now - at) / YEAR)


def draw_score(random: Random, mood: float) -> int:
    """0 leans nowhere; every point of mood tilts the scores by a factor e over 3 steps."""
    tilted = [weight * exp(mood * (score - 8) / 3) for score, weight in enumerate(WEIGHTS)]
    return random.choices(SCORES, tilted)[0]
