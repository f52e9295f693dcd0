"""The stand-alone application for Celery: `celery -A hopnps.celery_app worker -B`."""

from hopnps.app import create_app
from hopnps.celery_clock import wind

celery = wind(create_app())
