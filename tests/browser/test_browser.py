"""The lecture in a real browser: JupyterLab and live slides. Oracle: what Chromium shows, asks for and complains of."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
LESSON = "01_perceptrons"  # the lesson that is run: quick, with an explorer that has a slider
MOVES = 8
MEASURE = (Path(__file__).parent / "slide.js").read_text(encoding="utf-8")

LAB = ".jp-NotebookPanel:not(.lm-mod-hidden)"
SLIDE = "section.present > section.present"
CELL = ".jp-Notebook .jp-Cell"
EXPLORER = ".jupyter-widgets:has(> img.widget-image):has(.noUi-handle)"
EXPLORERS = f"""() => [...document.querySelectorAll("{CELL}")].flatMap(
  (cell, index) => (cell.querySelector("{EXPLORER}") ? [index] : []),
)"""
COUNTS = "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((prompt) => prompt.textContent)"
TRACEBACKS = """() => [...document.querySelectorAll("[data-mime-type='application/vnd.jupyter.stderr']")].map(
  (output) => output.innerText).filter((text) => /^-{40,}|^Traceback/.test(text))"""
FINISHED = f"""() => {{
  const all = ({COUNTS})();
  return (all.length && all.every((text) => /\\[\\d+\\]/.test(text))) || ({TRACEBACKS})().length;
}}"""
IDLE = "() => [...document.querySelectorAll('.jp-StatusBar-TextItem')].some((item) => /\\| Idle$/.test(item.innerText))"
WATCH = """(picture) => {
  window.latencies = [];
  addEventListener("keydown", () => { window.pressed = performance.now(); }, { capture: true });
  picture.addEventListener("load", () => { window.latencies.push(performance.now() - window.pressed); });
}"""
SETTLED = """() => {
  const slide = document.querySelector("section.present > section.present");
  const before = window.seen;
  window.seen = [location.hash, slide.innerText.length, slide.scrollHeight].join();
  return window.seen === before && [...slide.querySelectorAll("img")].every((picture) => picture.complete);
}"""


def move_slider(page: object, explorer: object) -> list[float]:
    """Move an explorer's first slider by keyboard; milliseconds from each key to the new picture."""
    picture, slider = explorer.locator("img.widget-image"), explorer.locator(".noUi-handle").first
    shown = picture.get_attribute("src")
    picture.evaluate(WATCH)
    slider.focus()
    back = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
    for move in range(MOVES):
        page.keyboard.press("ArrowLeft" if (move % 2 == 0) == back else "ArrowRight")
        page.wait_for_function("count => window.latencies.length > count", arg=move, polling="raf", timeout=10_000)
    assert picture.get_attribute("src") != shown
    return page.evaluate("window.latencies")


def open_slides(visit: object, lesson: str) -> object:
    """Open live slides, as the command Open as Reveal Slideshow does, and wait for the first one."""
    visit.open(f"rise/notebooks/{lesson}.ipynb")
    visit.page.wait_for_selector(".reveal.ready", timeout=60_000)
    visit.page.wait_for_function("() => document.activeElement.matches('section.present .jp-Cell')")
    return visit.page


def where(page: object) -> str:
    """The name of the slide on screen, such as slide-3-0."""
    return page.evaluate(f"() => document.querySelector('{SLIDE}').id")


def settle(page: object) -> None:
    """Wait until the slide on screen looks the same twice in a row, with all its pictures."""
    page.wait_for_function(SETTLED, polling=60)


def turn(page: object, key: str = "PageDown") -> bool:
    """Turn the page; False when it is the last one. Pieces that come in one by one are passed."""
    here = where(page)
    for _ in range(1 + page.locator(f"{SLIDE} .fragment:not(.visible)").count()):
        page.keyboard.press("Space" if key == "PageDown" else key)
    return where(page) != here


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_slide_fits(visit, lesson):
    page, faults = open_slides(visit, lesson), []
    while True:
        settle(page)
        title = page.locator(SLIDE).inner_text().strip().split("\n")[0][:50]
        faults += [f"{where(page)} ({title}): {fault}" for fault in page.evaluate(MEASURE)]
        if not turn(page):
            break
    assert not faults, f"{lesson} at 1280x720:\n" + "\n".join(faults)


def test_index_shows_the_map(visit):
    visit.open("lab/tree/notebooks/index.ipynb")
    visit.page.wait_for_selector(f"{LAB} .jp-RenderedMarkdown table", timeout=60_000)
    for lesson in LESSONS:
        assert visit.page.locator(f"{LAB} table a[href*='{lesson}.ipynb']").first.is_visible(), f"{lesson} is not there"
    assert visit.page.locator(f"{LAB} .jp-RenderedHTML table").first.is_visible(), "the stored table of truths"


@pytest.fixture(scope="module")
def lab(long_visit):
    """A lesson in JupyterLab, run from top to bottom with no stored output left standing."""
    page = long_visit.page
    long_visit.open(f"lab/tree/notebooks/{LESSON}.ipynb")
    page.wait_for_selector(f"{LAB} .jp-CodeCell", timeout=60_000)
    page.wait_for_function(IDLE, timeout=60_000)
    for menu, item in (("Edit", "Clear Outputs of All Cells"), ("Run", "Run All Cells")):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        page.get_by_role("menuitem", name=item, exact=True).click()
    page.wait_for_function(FINISHED, timeout=120_000)
    return page


def test_lesson_runs_in_lab(lab, record_property):
    failed = lab.evaluate(TRACEBACKS)
    assert not failed, f"cells ended in errors: {failed}"
    undescribed = lab.locator(".jp-RenderedImage img:not([alt]), .jp-RenderedImage img[alt='']").count()
    assert lab.locator(".jp-RenderedImage img").count() and not undescribed, "pictures without alternative text"
    latencies = move_slider(lab, lab.locator(EXPLORER).first)
    record_property("slider_to_picture_ms", round(median(latencies)))
    print(f"slider to picture: median {median(latencies):.0f} ms of {[round(value) for value in latencies]}")


def test_lesson_is_live_on_slides(lab, visit):
    page = open_slides(visit, LESSON)  # in the kernel that has run the lesson, as on stage
    cells = [page.locator(CELL).nth(index) for index in lab.evaluate(EXPLORERS)]
    cell = next((cell for cell in cells if "reveal-skip" not in cell.get_attribute("class")), None)
    assert cell, "no slide has an explorer with a slider"
    while not cell.evaluate(f"cell => cell.closest('{SLIDE}')"):
        assert turn(page), "the explorer's slide is never shown"
    here = where(page)
    cell.locator(".jp-OutputArea-output").first.evaluate("output => output.setAttribute('data-old', '')")
    page.keyboard.press("Shift+Enter")
    cell.locator(f"{EXPLORER} .noUi-handle").first.wait_for(timeout=30_000)
    assert cell.locator("[data-old]").count() == 0, "Shift+Enter left the old output standing"
    if where(page) != here:
        turn(page, "PageUp")
    settle(page)
    assert not page.evaluate(MEASURE), "the slide with the live explorer does not fit"

    move_slider(page, cell.locator(EXPLORER).first)
    assert where(page) == here, "an arrow key on a slider turned the page"
    page.keyboard.press("PageDown")
    assert where(page) != here, "Page Down must turn the page even while a slider has the focus"
    page.keyboard.press("Alt+a")  # runs all cells, those that slides skip included
    page.wait_for_function(f"() => ({COUNTS})().includes('[*]:')")
