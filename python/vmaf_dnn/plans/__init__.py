# SPDX-License-Identifier: BSD-3-Clause
"""A picture as sixteen vectors, small enough to send, that another machine makes a sentence of.

>>> from vmaf_dnn.plans import Captioner, Plan, PlanEncoder
"""

from __future__ import annotations

from vmaf_dnn.plans.captioner import Captioner
from vmaf_dnn.plans.encoder import PlanEncoder
from vmaf_dnn.plans.plan import Plan
from vmaf_dnn.plans.stream import read_plans

__all__ = ["Captioner", "Plan", "PlanEncoder", "read_plans"]
