"""Prints pages of the site to PDF with the Chromium of the machine.

    python tools/print_page.py PAGE [--language en]

Writes reports/pdf/PAGE.LANGUAGE.pdf. PAGE may be 'all', and so may the language. What is printed is
a copy of the page whose links to other files and to its own data are plain text: on the reader's
machine they would lead nowhere.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from techdiplomacy.errors import TechDiplomacyError, suggest
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import project_root, site_folder
from techdiplomacy.texts import LANGUAGES

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALL = "all"
TIMEOUT = 120  # seconds for one page; the largest takes a few
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_LINK_TO_FILE = re.compile(r'(<a\b[^>]*?)\shref="(?!#|https?:|mailto:)[^"]*"')
_NUMBERED = (
    "<style>@page { @bottom-right { font: 9pt sans-serif; "
    'content: counter(page) " / " counter(pages) } }</style>'
)


class PrintingFailed(TechDiplomacyError):
    """A page cannot be printed: no browser, no such page, or the browser failed."""


def find_browser() -> str | None:
    """Return the path of the first browser found that can print, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def page_files(language: str) -> dict[str, Path]:
    """Return the pages of the site in a language, by name."""
    pages = {}
    for path in sorted(site_folder().glob("*.html")):
        name, _, ending = path.stem.partition(".")
        if (ending or LANGUAGES[0]) == language:
            pages[name] = path
    return pages


def chosen_pages(page: str, language: str) -> Iterator[tuple[str, Path]]:
    """Yield the name of the PDF and the file of each page asked for.

    Parameters
    ----------
    page : str
        Name of a page, for example ``country_clusters``, or ``all``.
    language : str
        ``en``, ``vi`` or ``all``.

    Raises
    ------
    PrintingFailed
        If there is no such page or language, or no site yet.
    """
    if language not in (*LANGUAGES, ALL):
        raise PrintingFailed(
            f"There is no language '{language}'.",
            where="LANGUAGE",
            next_step=f"Choose one of {', '.join((*LANGUAGES, ALL))}.",
        )
    for each in LANGUAGES if language == ALL else (language,):
        pages = page_files(each)
        if not pages:
            raise PrintingFailed(
                f"There is no page in the language '{each}' yet.",
                where=str(site_folder()),
                next_step="Run make first.",
            )
        if page != ALL and page not in pages:
            raise PrintingFailed(
                f"There is no page '{page}'.{suggest(page, pages)}",
                where=str(site_folder()),
                next_step=f"Choose one of {', '.join((*pages, ALL))}.",
            )
        for name in pages if page == ALL else (page,):
            yield f"{name}.{each}.pdf", pages[name]


def printable(html: str) -> str:
    """Return a page as it is printed: links to files unlinked, page numbers unless it has them.

    Scripts are left out: the buttons that they put into the head of a table are not painted by
    Chromium where the head is repeated on the next sheet.
    """
    unlinked = _LINK_TO_FILE.sub(r"\1", _SCRIPT.sub("", html))
    if "counter(page)" in html:
        return unlinked
    return unlinked.replace("</head>", f"{_NUMBERED}</head>", 1)


def print_page(page: Path, browser: str, *, timeout: float = TIMEOUT) -> bytes:
    """Return a page as PDF.

    Parameters
    ----------
    page : Path
        HTML file.
    browser : str
        Path of Chromium or Chrome.
    timeout : float
        Seconds after which the browser is stopped.

    Raises
    ------
    PrintingFailed
        If the browser ends with an error, gives no PDF, or takes too long.
    """
    # inside the project: a browser that came as a snap sees neither /tmp nor hidden folders
    pdf_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=pdf_folder(), prefix="printing-") as temporary:
        source, target = Path(temporary) / page.name, Path(temporary) / "page.pdf"
        source.write_text(printable(page.read_text(encoding="utf-8")), encoding="utf-8")
        command = [
            *(browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update"),
            # the sandbox of Chromium does not start for root, as which containers run
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *(f"--user-data-dir={temporary}/profile", "--no-pdf-header-footer"),
            *(f"--print-to-pdf={target}", source.as_uri()),
        ]
        try:
            run = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PrintingFailed(
                f"{Path(browser).name} did not finish within {timeout:g} seconds.",
                where=str(page),
                next_step="Try again when the machine is less busy.",
            ) from error
        except OSError as error:
            raise PrintingFailed(
                f"{browser} cannot be started: {error.strerror}.",
                where=str(page),
                next_step="Install Chromium anew; on Debian: apt-get install chromium.",
            ) from error
        content = target.read_bytes() if target.is_file() else b""
        if run.returncode or not content.startswith(b"%PDF"):
            last = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise PrintingFailed(
                f"{Path(browser).name} made no PDF (exit code {run.returncode}): {last}",
                where=str(page),
                next_step="Open the page in a browser and print it from there.",
            )
    return content


def pdf_folder() -> Path:
    """Return the folder of the printed pages."""
    return project_root() / "reports" / "pdf"


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("page", help="name of a page, for example index, or all")
    parser.add_argument("--language", default=LANGUAGES[0], help="en (unless given), vi or all")
    asked = parser.parse_args()
    try:
        pages = list(chosen_pages(asked.page, asked.language))
        browser = find_browser()
        if browser is None:
            raise PrintingFailed(
                "No Chromium or Chrome is on this machine.",
                where="PATH",
                next_step="Install one; on Debian: apt-get install chromium.",
            )
        for name, page in pages:
            write_bytes(pdf_folder() / name, print_page(page, browser))
            print((pdf_folder() / name).relative_to(project_root()))
    except TechDiplomacyError as error:
        parser.exit(1, f"{type(error).__name__}: {error}\n")


if __name__ == "__main__":
    main()
