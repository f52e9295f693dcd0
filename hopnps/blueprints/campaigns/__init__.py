"""Campaigns for marketers: four steps, a check before the launch, the launch, its progress and what it brought."""

from __future__ import annotations

from hopnps.blueprints.campaigns import check, launch, orders, people, run, steps
from hopnps.blueprints.campaigns.room import bp

__all__ = ["bp", "check", "launch", "orders", "people", "run", "steps"]
