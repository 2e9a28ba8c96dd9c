# SPDX-License-Identifier: BSD-3-Clause
"""ffmpeg as a program: found, run, waited for; what its log says, and what it says of a file."""
