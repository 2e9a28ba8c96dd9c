# SPDX-License-Identifier: BSD-3-Clause
"""Whose Sigstore signature a model must have, and whether it does."""

from __future__ import annotations

from vmaf_dnn.signatures.policy import SignaturePolicy, VerifiedDigest, verify_file, verify_model

__all__ = ["SignaturePolicy", "VerifiedDigest", "verify_file", "verify_model"]
