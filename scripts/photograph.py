"""A fresh demo -> docs/screens: its dashboard as the READMEs show it, in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
SCREENS = ROOT / "docs" / "screens"
WIDTH, HEIGHT, COLOURS = 1440, 1000, 128
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}


def main() -> None:
    from tests.browser.stage import ARGUMENTS, chromium

    SCREENS.mkdir(exist_ok=True)
    with demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for language, locale in LANGUAGES.items():
            size = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_context(
                locale=locale, viewport=size, color_scheme="light"
            ).new_page()
            log_in(page, address, password)
            page.screenshot(path=SCREENS / f"dashboard-{language}.png")
            shrink(SCREENS / f"dashboard-{language}.png")
        browser.close()


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A demo in a folder of its own; yields its address and its password."""
    command = [sys.executable, "-c", "from hopnps.app import main; main()", "demo"]
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "HOPNPS_INSTANCE": folder, "LANG": "C", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            yield read_where(process)
        finally:
            process.terminate()
            process.wait()


def read_where(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What the demo says on its last lines."""
    address = ""
    for line in process.stdout or ():
        if line.startswith("  Address"):
            address = line.split()[1]
        if line.startswith("  Password"):
            return address, line.split(maxsplit=1)[1].strip()
    raise SystemExit("the demo did not start")


def log_in(page: Any, address: str, password: str) -> None:
    page.goto(address)
    page.fill("input[name=email]", "marketer@example.org")
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], main form button >> nth=-1")
    page.wait_for_load_state("networkidle")


def shrink(path: Path) -> None:
    """Flat colours lose nothing in a palette, and the file is a quarter."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
