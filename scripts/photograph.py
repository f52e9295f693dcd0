"""A fresh demo -> docs/screens: its main screens in both languages; with a folder, all of them, dark and small too."""

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
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
LOOKS = [("light", 1440), ("dark", 1440), ("light", 375), ("dark", 375)]
SHOWN = {
    "dashboard": "/",
    "client": "/admin/response/",
    "desk": "/send",
    "campaign": "/campaigns/1",
    "survey": "/admin/survey/edit/?id=1",
    "segment": "/admin/segment/edit/?id=2",
}
STEPS = {  # one more click, to whoever stands first
    "client": "main a[href*='/contact/details/']",
    "desk": "main a[href*='/send?']",
}
PAGES = SHOWN | {
    "account": "/account",
    "answer": "/admin/response/details/?id=5",
    "answers": "/admin/response/",
    "brand": "/admin/brand/edit/?id=1",
    "campaign-check": "/campaigns/5",
    "campaign-progress": "/campaigns/4",
    "campaigns": "/campaigns",
    "clients": "/admin/contact/",
    "import": "/imports",
    "mail": "/admin/template/edit/?id=1",
    "mailbox": "/mailbox",
    "not-found": "/nowhere",
    "order": "/admin/interaction/details/?id=5",
    "orders": "/admin/interaction/",
    "segments": "/admin/segment/",
    "settings": "/settings",
    "stores": "/admin/store/",
    "surveys": "/admin/survey/",
    "user": "/admin/user/edit/?id=1",
    "users": "/admin/user/",
}


def main() -> None:
    """Without an argument the few that the READMEs show; with the name of a folder a whole tour into it."""
    from tests.browser.stage import ARGUMENTS, chromium

    tour = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (tour or SCREENS).mkdir(parents=True, exist_ok=True)
    with demo() as (address, password), sync_playwright() as playwright:
        arguments = [*ARGUMENTS, "--font-render-hinting=none"]  # letters as far apart as drawn
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        for language in LOCALES:
            for theme, width in LOOKS if tour else LOOKS[:1]:
                page = visitor(browser, language, theme, width)
                log_in(page, address, password)
                for name, path in (PAGES if tour else SHOWN).items():
                    ending = f"-{theme}-{width}" if tour else ""
                    photograph(
                        page, address + path, (tour or SCREENS) / f"{name}-{language}{ending}.png"
                    )
        browser.close()


def visitor(browser: Any, language: str, theme: str, width: int) -> Any:
    size = {"width": width, "height": HEIGHT if width > 1000 else 812}
    return browser.new_context(
        locale=LOCALES[language], viewport=size, color_scheme=theme
    ).new_page()


def photograph(page: Any, address: str, path: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if step := STEPS.get(path.name.partition("-")[0]):
        page.goto(page.locator(step).first.evaluate("link => link.href"))  # hidden on a phone
        page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path)
    shrink(path)


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
    page.fill("input[name=email]", "admin@example.org")
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], main form button >> nth=-1")
    page.wait_for_load_state("networkidle")


def shrink(path: Path) -> None:
    """Flat colours lose nothing in a palette, and the file is a quarter."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
