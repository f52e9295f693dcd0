"""The application for a WSGI server: `waitress-serve wsgi:app`."""

from hopnps import create_app

app = create_app()
