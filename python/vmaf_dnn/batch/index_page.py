# SPDX-License-Identifier: BSD-3-Clause
"""A page that lists the pairs of a batch, to be sorted by any column; it needs nothing but itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from vmaf_dnn.batch.manifest import Pair
from vmaf_dnn.batch.pair_result import Summary
from vmaf_dnn.batch.tables import Row
from vmaf_dnn.pages.markup import text

_SHOWN = ("mean", "harmonic_mean", "p5", "min", "worst_second")
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--faint:#888;--bad:#c33}
body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem}
h1{font-size:1.4rem;margin:0}p{margin:.3rem 0 1rem;color:var(--faint)}
div{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.t{white-space:normal;min-width:18rem;max-width:40rem;overflow-wrap:anywhere}
th{position:sticky;top:0;background:Canvas;white-space:normal;vertical-align:bottom}
th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer;
  text-align:inherit}
th[aria-sort=ascending] button::after{content:" \\25b2"}
th[aria-sort=descending] button::after{content:" \\25bc"}
small{color:var(--faint)}tr.failed td{color:var(--bad)}
@media print{th button::after{content:none}}
"""
_SCRIPT = """
const table=document.querySelector("table"),body=table.tBodies[0];
const value=(row,i)=>{const c=row.cells[i],t=c.textContent.trim();
  return c.classList.contains("n")?(t===""?NaN:+t):t};
table.querySelectorAll("th").forEach((head,i)=>head.firstElementChild.addEventListener("click",()=>{
  const up=head.getAttribute("aria-sort")!=="ascending";
  table.querySelectorAll("th").forEach(h=>h.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort",up?"ascending":"descending");
  const rows=[...body.rows].map(r=>[value(r,i),r]);
  rows.sort(([a],[b])=>{
    if(typeof a==="string")return up?a.localeCompare(b):b.localeCompare(a);
    if(isNaN(a)||isNaN(b))return isNaN(a)-isNaN(b);
    return up?a-b:b-a});
  body.append(...rows.map(([,r])=>r))}));
"""


def index_pieces(
    rows: Iterable[Row],
    scores: Sequence[str],
    counts: tuple[int, int],
    report_of: Callable[[str, Pair], str | None],
) -> Iterator[str]:
    """Yield the page, a row at a time.

    Args:
        rows: the pairs in their order.
        scores: names of the scores: the first one's poolings are shown, and the means of others.
        counts: how many pairs there are, and how many failed.
        report_of: where a pair's own report is, relative to the page.
    """
    n_pairs, n_failed = counts
    told = f"{n_pairs} pairs, {n_failed} failed" if n_failed else f"{n_pairs} pairs"
    first = scores[:1]
    heads = [(name, False) for name in ("row", "reference", "distorted")]
    heads[0] = ("row", True)
    heads += [("frames", True)]
    heads += [(f"{name} {pooling.replace('_', ' ')}", True) for name in first for pooling in _SHOWN]
    heads += [(f"{name} mean", True) for name in scores[1:]]
    heads += [("notes", False)]
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>vmaf-dnn batch</title>\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<style>{_STYLE}</style></head><body>\n<h1>vmaf-dnn batch</h1>\n<p>{told}; every number of every"
        ' pair is in <a href="pooled.parquet">pooled.parquet</a>, every frame in <a'
        ' href="frames.parquet">frames.parquet</a>. A click on a heading sorts.</p>\n'
        "<div><table><thead><tr>"
    )
    for name, is_number in heads:
        yield f"<th{_class(is_number)}><button>{text(name)}</button></th>"
    yield "</tr></thead><tbody>\n"
    for pair, key, summary in rows:
        yield _row(pair, summary, scores, report_of(key, pair))
    yield f"</tbody></table></div>\n<script>{_SCRIPT}</script></body></html>\n"


def _row(pair: Pair, summary: Summary, scores: Sequence[str], report: str | None) -> str:
    failure = summary.failure
    name = text(pair.distorted)
    if report is not None and failure is None:
        name = f'<a href="{text(report)}">{name}</a>'
    given = ", ".join(f"{option}={_spelt(value)}" for option, value in pair.options.given)
    if given:
        name += f"<br><small>{text(given)}</small>"
    values = [(scores[0], pooling) for pooling in _SHOWN] if scores else []
    values += [(score, "mean") for score in scores[1:]]
    numbers = [str(summary.n_frames) if failure is None else ""]
    numbers += [_number(summary.pooled.get(score, {}).get(pooling)) for score, pooling in values]
    notes = f"{failure.kind}: {failure.text}" if failure else "; ".join(summary.warnings)
    cells = [f'<td class="n">{pair.row}</td><td>{text(pair.reference)}</td><td>{name}</td>']
    cells += [f'<td class="n">{number}</td>' for number in numbers]
    cells += [f'<td class="t">{text(notes)}</td>']
    state = ' class="failed"' if failure else ""
    return f"<tr{state}>{''.join(cells)}</tr>\n"


def _spelt(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3f}"


def _class(is_number: bool) -> str:
    return ' class="n"' if is_number else ""
