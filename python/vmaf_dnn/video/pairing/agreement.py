# SPDX-License-Identifier: BSD-3-Clause
"""Whether what two clips state of themselves lets their samples be compared, property by property.

One rule: where both state a property and differ, the pair is refused if the samples can't mean the same, and
warned of if they may; where one clip alone states one, and not what a clip without the tag is taken for, a
warning says so. Whatever is stated stands in reports.
"""

from __future__ import annotations

from vmaf_dnn.video.pairing import colour_rules, frame_rules
from vmaf_dnn.video.pairing.pair import Finding, Pair


def findings(pair: Pair) -> list[Finding]:
    """Return all that speaks against a comparison, refusals first."""
    rules = (*frame_rules.RULES, *colour_rules.RULES)
    found = [finding for rule in rules for finding in rule(pair)]
    return sorted(found, key=lambda finding: not finding.is_refused)
