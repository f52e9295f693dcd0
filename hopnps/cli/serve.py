"""hopnps serve: the pages, over plain HTTP; https is the work of a proxy in front of us."""

from __future__ import annotations

import click
import waitress
from flask import current_app
from flask.cli import with_appcontext


@click.command("serve")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@with_appcontext
def serve(port: int, host: str, threads: int) -> None:
    """Serve the pages over plain HTTP, for any Host, without sending anybody to https."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="hopnps",
        # the proxies we trust are counted by the application itself (HOPNPS_TRUSTED_PROXIES)
        clear_untrusted_proxy_headers=not app.config["HOPNPS_TRUSTED_PROXIES"],
    )
    click.echo(f"hopnps serves http://{host}:{server.effective_port}")
    server.run()
