"""The doors for people and machines, and what every page of ours wears: guard, headers, words."""

from __future__ import annotations

from flask import Flask

from hopnps import pages
from hopnps.blueprints import (
    campaigns,
    clearing,
    dashboard,
    dashboard_exports,
    desk,
    downloads,
    hooks,
    house,
    house_settings,
    images,
    imports,
    mailbox,
    public,
)

BLUEPRINTS = (
    house.bp,
    dashboard.bp,
    dashboard_exports.bp,
    campaigns.bp,
    desk.bp,
    clearing.bp,
    images.bp,
    imports.bp,
    downloads.bp,
    house_settings.bp,
    public.bp,
    hooks.bp,
)
for room in (*BLUEPRINTS, mailbox.bp):
    pages.dress(room, by_token=room in (public.bp, hooks.bp))


def mount(app: Flask, url_prefix: str) -> None:
    """Register every blueprint of ours under the prefix."""
    pages.arm(app)
    demo = (mailbox.bp,) if app.config["HOPNPS_DEMO_MAILBOX"] else ()
    for blueprint in BLUEPRINTS + demo:
        app.register_blueprint(blueprint, url_prefix=url_prefix or None)
