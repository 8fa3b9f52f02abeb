"""A griffe extension: doctests in prose become code blocks, and roles become links.

Docstrings are plain prose with doctests in them, and name other objects as in
``:class:`~polynet.network.Network```. Markdown knows neither.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:class|func|meth|mod|attr):`~?(?P<path>[\w.]+)`")
PACKAGES = ("polynet.", "solvers.", "compare.")


class DocstringMarkup(griffe.Extension):
    """Rewrites every docstring as it is collected."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = linked(fenced(obj.docstring.value))


def linked(text: str) -> str:
    """Roles as links to the reference, or as code where the name is not a full path."""

    def link(match: re.Match[str]) -> str:
        path = match["path"]
        name = f"`{path.rsplit('.', 1)[-1]}`"
        return f"[{name}][{path}]" if path.startswith(PACKAGES) else name

    return ROLE.sub(link, text)


def fenced(text: str) -> str:
    """Doctests between fences, except below the heading Examples, where griffe sees them."""
    lines: list[str] = []
    inside = False
    prose, heading, examples = text.partition("Examples\n--------\n")
    for line in prose.split("\n"):
        if line.startswith(">>> ") and not inside:
            lines.append("```pycon")
            inside = True
        elif not line.strip() and inside:
            lines.append("```")
            inside = False
        lines.append(line)
    if inside:
        lines.append("```")
    return "\n".join(lines) + heading + examples
