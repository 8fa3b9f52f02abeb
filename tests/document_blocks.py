"""The fenced blocks of a Markdown page and the commands in it, in their order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

__all__ = ["ROOT", "Block", "blocks", "commands", "inline_commands", "pages", "shows"]

ROOT = Path(__file__).parent.parent
_FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:polynet|python -m|make) [^`]+)`")


class Block(NamedTuple):
    """A fenced block: its language, its text, and on which line of the page it begins."""

    language: str
    text: str
    line: int


def pages() -> list[Path]:
    """The README and every page of the documents."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page."""
    text = page.read_text("utf-8")
    return [
        Block(match[2], match[3], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]


def commands(block: Block) -> list[list[str]]:
    """The words of each command of a ``console`` block, its lines put together."""
    text = block.text.replace("\\\n", " ")
    lines = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
    return [shlex.split(line, comments=True) for line in lines]


def inline_commands(page: Path) -> list[list[str]]:
    """The commands between backticks in the text of a page."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    return [shlex.split(found) for found in _INLINE.findall(text)]


def shows(shown: str, printed: str) -> str | None:
    """The first shown line that was not printed, None where all were, in this order.

    An ellipsis stands for what was left out: lines, or a part of one. Spaces count as one.
    """
    lines = iter(printed.splitlines())
    for line in filter(str.strip, shown.splitlines()):
        pattern = ".*".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        if line.strip() != "…" and not any(
            re.fullmatch(_loose(pattern), " ".join(other.split())) for other in lines
        ):
            return line
    return None


def _loose(pattern: str) -> str:
    return pattern.replace(".*", r"\ *.*\ *")
