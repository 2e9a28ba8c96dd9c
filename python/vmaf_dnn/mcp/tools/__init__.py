# SPDX-License-Identifier: BSD-3-Clause
"""The tools of the server, a file each."""
