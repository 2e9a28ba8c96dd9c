# SPDX-License-Identifier: BSD-3-Clause
"""Flags that ask for a signature."""

from __future__ import annotations

import argparse

from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.signatures import SignaturePolicy


def add_signer_flags(flags: FlagGroup) -> None:
    """Who must have signed, and by which root that is checked."""
    flags.text("--tiny-verify-identity", metavar="WHO", help="the signer: a mail address or a workflow's URI")
    flags.text("--tiny-verify-issuer", metavar="URL", help="the OIDC provider that vouched for the signer")
    flags.text("--trusted-root", help="the Sigstore trusted root (default: the public one, as installed)")


def policy_of(arguments: argparse.Namespace) -> SignaturePolicy:
    """Return the signer that the flags name; raises `InvalidArgument` if they name half of one."""
    return SignaturePolicy(
        identity=arguments.tiny_verify_identity,
        issuer=arguments.tiny_verify_issuer,
        trusted_root=arguments.trusted_root,
    )


def wanted_signature(arguments: argparse.Namespace) -> bool | SignaturePolicy:
    """Return the keyword `verify` of a session: naming a signer or a root asks for a signature, too."""
    policy = policy_of(arguments)
    return policy if arguments.tiny_model_verify or policy != SignaturePolicy() else False
