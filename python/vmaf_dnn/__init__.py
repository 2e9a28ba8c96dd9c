# SPDX-License-Identifier: BSD-3-Clause
"""VMAF scores from tiny neural fusion models, at the speed of the machine.

>>> import vmaf_dnn
>>> [model.id for model in vmaf_dnn.models()][:3]
['vmaf_tiny_v2', 'vmaf_tiny_v3', 'vmaf_tiny_v4']
"""

from __future__ import annotations

import lazy_loader

# The names stand in __init__.pyi. Each is imported when it is first used: the command handles signals
# before NumPy and the core load.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
