# SPDX-License-Identifier: BSD-3-Clause
"""Pages in a browser: nothing is wrong, nothing is loaded, and what one points at is said."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.browser import Browser, browser
from tests.support.clips import Clips
from tests.support.reports import report_with
from vmaf_dnn import Report, score, worst_pictures, write_page

pytest.importorskip("selenium")

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow
N_FRAMES = 101
READY = "document.documentElement.dataset.ready === 'yes'"


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def as_usual(window: Browser) -> None:
    window.size(1200)
    window.media()


def a_report(n_frames: int = N_FRAMES, **options: Any) -> Report:
    t = np.arange(n_frames)
    scores = 80 + 10 * np.sin(t / 7)
    features = {"integer_motion2": 3 + np.cos(t / 5), "integer_adm2": 0.9 + 0.05 * np.sin(t / 9)}
    return report_with(scores, **{"size": (640, 360), "scene_cuts": (40,), "metrics": features, **options})


def a_ladder() -> list[Report]:
    rates = {"h264": (100, 200, 400, 800), "hevc": (70, 140, 280, 560)}
    return [
        report_with(
            60 + 9 * i + np.sin(np.arange(50.0)),
            names=("ref.y4m", f"{codec}_{i}.mkv"),
            kbit_per_s=rate,
            codec=codec,
        )
        for codec, of_codec in rates.items()
        for i, rate in enumerate(of_codec)
    ]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    write_page(a_report(), path)
    return path


def outputs(window: Browser) -> list[str]:
    return window.js("[...document.querySelectorAll('output')].map((output) => output.textContent)")


def point_at(window: Browser, chart: int, part: float) -> None:
    """Move the mouse over a chart: 0 is its left edge, 1 its right one."""
    over = window.driver.find_elements(By.CSS_SELECTOR, ".u-over")[chart]
    offset = round((part - 0.5) * (over.size["width"] - 2))
    ActionChains(window.driver).move_to_element_with_offset(over, offset, 0).pause(0.2).perform()


def test_nothing_is_wrong_and_nothing_is_loaded(window: Browser, page: Path) -> None:
    window.open(page)
    assert window.js(READY)
    assert window.js("document.querySelectorAll('.u-wrap canvas').length") == 3
    assert window.complaints() == []
    assert window.requests() == [page.as_uri()]


def test_the_policy_stops_what_is_not_of_the_page(window: Browser, page: Path) -> None:
    text = page.read_text()
    page.write_text(
        text.replace("</main>", "</main><script>window.ran = 1</script><img src='https://example.org/x.png'>")
    )
    window.open(page)
    assert window.js("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in window.complaints())
    assert window.requests() == [page.as_uri()]


@pytest.mark.parametrize("part", [0.0, 0.31, 1.0])
def test_hover_shows_the_values_of_the_frame(window: Browser, page: Path, part: float) -> None:
    window.open(page)
    point_at(window, 0, part)
    where, vmaf, motion, adm = outputs(window)
    named = re.fullmatch(r"frame (\d+) · (\d+):(\d\d\.\d\d)", where)
    assert named is not None
    frame = int(named[1])
    assert abs(frame - part * (N_FRAMES - 1)) <= 1
    assert 60 * int(named[2]) + float(named[3]) == pytest.approx(frame / 25)
    metrics = a_report().metrics
    assert float(vmaf) == pytest.approx(metrics["vmaf"][frame], abs=0.006)
    assert float(motion) == pytest.approx(metrics["integer_motion2"][frame], abs=1e-4)
    assert float(adm) == pytest.approx(metrics["integer_adm2"][frame], abs=1e-4)


def test_the_mouse_gone_the_values_are_gone(window: Browser, page: Path) -> None:
    window.open(page)
    point_at(window, 0, 0.5)
    heading = window.driver.find_element(By.TAG_NAME, "h1")
    ActionChains(window.driver).move_to_element(heading).pause(0.2).perform()
    assert set(outputs(window)) == {""}


def test_a_drag_zooms_every_chart_and_escape_goes_back(window: Browser, page: Path) -> None:
    window.open(page)
    over = window.driver.find_element(By.CSS_SELECTOR, ".u-over")
    chain = ActionChains(window.driver).move_to_element_with_offset(over, -200, 0)
    chain.click_and_hold().move_by_offset(150, 0).release().pause(0.2).perform()
    point_at(window, 1, 0.0)
    first = int(re.findall(r"frame (\d+)", outputs(window)[0])[0])
    assert first > 20
    area = window.driver.find_element(By.CSS_SELECTOR, ".plot")
    area.send_keys(Keys.ESCAPE)
    point_at(window, 1, 0.0)
    assert outputs(window)[0].startswith("frame 0 ")


def test_the_keyboard_alone(window: Browser, page: Path) -> None:
    window.open(page)
    area = window.driver.find_element(By.CSS_SELECTOR, ".plot")
    area.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert outputs(window)[0].startswith("frame 2 ")
    area.send_keys(Keys.PAGE_DOWN)
    assert outputs(window)[0].startswith("frame 12 ")
    assert float(outputs(window)[1]) == pytest.approx(a_report().metrics["vmaf"][12], abs=0.006)


def test_buttons_zoom_too(window: Browser, page: Path) -> None:
    window.open(page)
    for word, first in (("Zoom in", 25), ("Zoom out", 0), ("Zoom in", 25), ("Whole clip", 0)):
        window.driver.find_element(By.XPATH, f"//button[text()='{word}']").click()
        window.js("document.body.getBoundingClientRect()")
        point_at(window, 0, 0.0)
        assert abs(int(re.findall(r"frame (\d+)", outputs(window)[0])[0]) - first) <= 2
        ActionChains(window.driver).move_to_element(window.driver.find_element(By.TAG_NAME, "h1")).perform()


def test_a_name_hides_and_shows_its_curves(window: Browser, tmp_path: Path) -> None:
    write_page(a_ladder(), tmp_path / "page.html")
    window.open(tmp_path / "page.html")
    button = window.driver.find_element(By.CSS_SELECTOR, "#curves .legend button")
    point_at(window, 1, 0.5)
    before = window.js("document.querySelectorAll('#curves canvas')[0].toDataURL()")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert window.js("document.querySelectorAll('#curves canvas')[0].toDataURL()") != before
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-pressed") == "true"


def test_a_ladder_names_the_rung_that_one_points_at(window: Browser, tmp_path: Path) -> None:
    write_page(a_ladder(), tmp_path / "page.html")
    window.open(tmp_path / "page.html")
    point_at(window, 0, 1.0)
    said = window.js("document.querySelector('#ladder output').textContent")
    assert re.fullmatch(r"h264_3\.mkv: 800 kbit/s, 8\d\.\d\d", said)
    assert window.complaints() == []


def test_pictures_are_there_and_can_be_enlarged(window: Browser, tmp_path: Path, clips: Clips) -> None:
    report = score(clips.reference, clips.distorted)
    pictures = worst_pictures(report, clips.reference, clips.distorted, 1, image="jpeg", max_width=640)
    write_page(report, tmp_path / "page.html", pictures=[pictures])
    window.open(tmp_path / "page.html")
    sizes = (
        "[...document.querySelectorAll('.picture img')].map((image) => [image.complete, image.naturalWidth])"
    )
    assert window.js(sizes) == [[True, 176]] * 3
    window.driver.find_element(By.CSS_SELECTOR, ".picture").click()
    assert window.js("document.querySelector('dialog').open")
    captions = []
    for _ in range(3):
        captions.append(window.js("document.querySelector('dialog img').alt").partition(",")[0])
        window.driver.find_element(By.TAG_NAME, "dialog").send_keys(Keys.ARROW_RIGHT)
    assert captions == ["reference", "distorted", "luma difference"]
    assert window.complaints() == []


def test_dark_where_one_prefers_it(window: Browser, page: Path) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    window.open(page)
    light, drawn = window.js(paper), window.js("document.querySelector('canvas').toDataURL()")
    window.media(prefers_color_scheme="dark")
    window.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert window.js(paper) != light
    assert window.js("document.querySelector('canvas').toDataURL()") != drawn


@pytest.mark.parametrize("name", ["a.mkv", "a_name_without_any_place_to_break_it_" * 5 + ".mkv"])
@pytest.mark.parametrize("n_reports", [1, 4])
def test_no_sideways_scroll_on_a_phone(window: Browser, tmp_path: Path, name: str, n_reports: int) -> None:
    reports = [a_report(names=("ref.y4m", f"{i}{name}"), kbit_per_s=100.0 + i) for i in range(n_reports)]
    write_page(reports[0] if n_reports == 1 else reports, tmp_path / "page.html")
    window.size(360)
    window.open(tmp_path / "page.html")
    assert window.js("document.documentElement.scrollWidth") <= 360
    assert window.js("document.querySelector('canvas').getBoundingClientRect().right") <= 360


def test_on_paper_charts_are_as_wide_as_it_is(window: Browser, page: Path) -> None:
    window.open(page)
    pdf = window.driver.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(pdf).startswith(b"%PDF")
    window.js("window.dispatchEvent(new Event('beforeprint'))")
    widths = "[...document.querySelectorAll('canvas')].map((canvas) => canvas.getBoundingClientRect().width)"
    assert window.js(widths) == [660] * 3
    assert window.js("[...document.querySelectorAll('details')].every((details) => details.open)")
    window.js("window.dispatchEvent(new Event('afterprint'))")
    assert min(window.js(widths)) > 1000


def test_a_hundred_thousand_frames(window: Browser, tmp_path: Path) -> None:
    write_page(a_report(100_000, scene_cuts=tuple(range(100, 100_000, 100))), tmp_path / "page.html")
    window.open(tmp_path / "page.html")
    assert window.js(READY)
    point_at(window, 0, 0.5)
    where, vmaf, *_ = outputs(window)
    named = re.fullmatch(r"frames (\d+) to (\d+) · \d+:\d\d\.\d\d", where)
    assert named is not None
    first, last = int(named[1]), int(named[2])
    assert abs(first - 50_000) < 500
    part = a_report(100_000).metrics["vmaf"][first : last + 1]
    assert list(map(float, vmaf.split(" to "))) == pytest.approx([part.min(), part.max()], abs=0.006)
    assert window.complaints() == []


@pytest.mark.parametrize("scores", [[50.0], [50.0, 50.0], [float("nan"), 3.0, float("inf")], [0.0] * 3])
def test_odd_curves(window: Browser, tmp_path: Path, scores: list[float]) -> None:
    write_page(report_with(scores), tmp_path / "page.html")
    window.open(tmp_path / "page.html")
    point_at(window, 0, 0.5)
    assert window.js(READY)
    assert window.complaints() == []


def test_hostile_names(window: Browser, tmp_path: Path) -> None:
    name = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>\udcff"
    write_page([a_report(names=(name, f"{name}{i}")) for i in range(2)], tmp_path / "page.html")
    window.open(tmp_path / "page.html")
    assert window.js("window.ran") is None
    assert window.js("document.querySelectorAll('img').length") == 0
    assert window.complaints() == []
    assert "onerror='window.ran = 2'>" in window.js("document.querySelector('.legend span').textContent")
