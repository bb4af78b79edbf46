"""The document of `bootc edit`: JSON, or the part of YAML that bootc writes. Python's library has no YAML."""

from __future__ import annotations

import json
import re

from .failures import Failure, Refusal
from .reference import CONTAINER_POLICY, ImageReference, checked_transport

LINE = re.compile(r"( *)((?:- )*)([A-Za-z][A-Za-z0-9]*):(?: (.+))?$")
REMOTE_TAG = "!ostreeRemote "


def spec_of(document: dict) -> tuple[ImageReference | None, str]:
    """Image and boot order of the specification; nothing else of the document counts."""
    spec = document.get("spec")
    if not isinstance(spec, dict):
        raise Failure("missing field `spec`")
    order = spec.get("bootOrder") or "default"
    if order not in ("default", "rollback"):
        raise Failure(f"spec.bootOrder: unknown variant `{order}`, expected `default` or `rollback`")
    image = spec.get("image")
    if image is None:
        return None, order
    signature = image.get("signature")
    if isinstance(signature, dict):
        signature = f"remote:{signature['ostreeRemote']}"
    elif signature not in (None, "insecure", CONTAINER_POLICY):
        raise Failure(f"spec.image.signature: unknown variant `{signature}`")
    named = None if signature == "insecure" else signature
    return ImageReference(image["image"], checked_transport(image["transport"]), named), order


def read_document(text: str) -> dict:
    """The document as data."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise Failure(str(error)) from error
    return read_yaml(text)


def read_yaml(text: str) -> dict:
    """Block mappings of plain values. Lists are only skipped: they stand in the status alone."""
    root: dict = {}
    open_mappings: list[tuple[int, dict]] = [(-1, root)]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#") or line == "---":
            continue
        match = LINE.match(line)
        if match is None:
            raise Refusal(f"read this YAML, at line {number}; it understands what bootc itself writes, and JSON")
        indent = len(match[1]) + len(match[2])
        while open_mappings[-1][0] >= indent:
            open_mappings.pop()
        parent = open_mappings[-1][1]
        if match[4] is None:
            child: dict = {}
            parent[match[3]] = child
            open_mappings.append((indent, child))
        else:
            parent[match[3]] = value_of(match[4].strip())
    return root


def value_of(text: str) -> object:
    """A plain or quoted value."""
    if text.startswith(REMOTE_TAG):
        return {"ostreeRemote": value_of(text.removeprefix(REMOTE_TAG))}
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    known = {"null": None, "~": None, "true": True, "false": False}
    if text in known:
        return known[text]
    return json.loads(text) if text.startswith('"') else text
