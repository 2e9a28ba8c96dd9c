# SPDX-License-Identifier: BSD-3-Clause
"""Models that look at pictures: what they are trained on, how they are fitted, and how they are judged."""
