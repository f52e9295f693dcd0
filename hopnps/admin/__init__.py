"""Lists, details and forms over the tables, in Flask-Admin under our own base template."""

from __future__ import annotations

from flask import Flask
from flask_sqlalchemy import SQLAlchemy


def mount(app: Flask, db: SQLAlchemy, url_prefix: str) -> None:
    """Give this app an admin of ours, apart from any the host has."""
