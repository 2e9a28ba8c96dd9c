# SPDX-License-Identifier: BSD-3-Clause
"""The files that a page is filled into, and what the browser may do with it."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from vmaf_dnn.errors import ToolMissing

_FOLDER = Path(__file__).parent
_UPLOT = _FOLDER / "uplot"
_UPLOT_FILES = _UPLOT / "uPlot.iife.min.js", _UPLOT / "uPlot.min.css", _UPLOT / "LICENSE"


def check_charts() -> None:
    """Raise `ToolMissing` if this build has no library for charts."""
    missing = [file.name for file in _UPLOT_FILES if not file.is_file()]
    if missing:
        raise ToolMissing(
            f"pages draw with uPlot, which this build of vmaf_dnn lacks ({missing[0]}); install a released"
            ' wheel (pip install --force-reinstall "vmaf-dnn"), or build in a checkout by make install, which'
            " fetches it by npm."
        )


def filled(title: str, body: str, data: str) -> str:
    """Return a whole page; `body` is HTML, `data` what its charts show, JSON."""
    check_charts()
    library, style, licence = map(_text, _UPLOT_FILES)
    styles = [style, _text(_FOLDER / "page.css")]
    scripts = [f"/*\n{licence.strip()}\n*/\n{library}", _text(_FOLDER / "page.js")]
    return Template(_text(_FOLDER / "page.html")).substitute(
        title=escape(title),
        policy=_policy(styles, scripts),
        styles="\n".join(f"<style>{style}</style>" for style in styles),
        body=body,
        data=f'<script type="application/json" id="data">{_inert(data)}</script>',
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")


def _policy(styles: list[str], scripts: list[str]) -> str:
    """Name what may run by its digest: nothing else does, and nothing is loaded."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none';"
        f" style-src {_digests(styles)}; script-src {_digests(scripts)}"
    )


def _digests(texts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _inert(json: str) -> str:
    """Spell what could end the element that holds it."""
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
