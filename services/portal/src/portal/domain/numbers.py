"""Numbers as people read them: the national form on screen, the international one at hand."""

from typing import Any

NumberBlock = dict[str, Any]
"""`area_code`, `stem`, `extension_from`, `extension_to` as in the events."""


def national(block: NumberBlock) -> str:
    """`0221 4711 0-9`, or `0221 4711-00` to `-99`; a single number without extensions."""
    number = f"0{block['area_code']} {block['stem']}"
    return f"{number} {_extensions(block)}" if block.get("extension_from") else number


def international(block: NumberBlock) -> str:
    """`+49 221 4711 00–99`."""
    number = f"+49 {block['area_code']} {block['stem']}"
    return f"{number} {_extensions(block)}" if block.get("extension_from") else number


def size(block: NumberBlock) -> int:
    """How many numbers the block holds."""
    first = block.get("extension_from")
    return int(10 ** len(first)) if first else 1


def _extensions(block: NumberBlock) -> str:
    return f"{block['extension_from']}–{block['extension_to']}"
