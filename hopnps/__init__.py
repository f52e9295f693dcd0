"""Net Promoter Score surveying for a CRM: mounted by HopNPS(app), or alone by create_app()."""

from hopnps.app import create_app
from hopnps.extension import HopNPS

__all__ = ["HopNPS", "create_app"]
