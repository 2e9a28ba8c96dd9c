# SPDX-License-Identifier: BSD-3-Clause
"""A browser without a screen, which shows pages from files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_BROWSERS = ("chromium", "google-chrome", "chromium-browser")
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars")


class Browser:
    """One window on one page."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def size(self, width: int, height: int = 900) -> None:
        words = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", words)

    def media(self, media: str = "", **features: str) -> None:
        """Pretend to be of a medium, and of what its user prefers: `prefers_color_scheme="dark"`."""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": listed})

    def open(self, path: Path) -> None:
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get(path.as_uri())

    def js(self, code: str) -> Any:
        return self.driver.execute_script(f"return {code}")

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """URLs of what was loaded since the page was opened, and its policy did not stop."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        stopped = {
            message["params"]["requestId"]
            for message in messages
            if message["method"] == "Network.loadingFailed"
            and message["params"].get("blockedReason") == "csp"
        }
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        urls = [words["request"]["url"] for words in sent if words["requestId"] not in stopped]
        return [url for url in urls if not url.startswith("data:")]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start one; a test is skipped where there is none, which must not be on a machine of CI."""
    selenium = pytest.importorskip("selenium.webdriver")
    binary = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if binary is None:
        missing = "no Chromium or Chrome is installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    options = selenium.ChromeOptions()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for flag in _FLAGS:
        options.add_argument(flag)
    folder = os.environ.get("CHROMEWEBDRIVER", "")  # where machines of CI have it
    found = shutil.which("chromedriver", path=folder or None) or shutil.which("chromedriver")
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(found))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
