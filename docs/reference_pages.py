"""A mkdocs hook: ``::: package`` lines for every public module, so that none is forgotten.

A reference page says ``<!-- modules: polynet.dataset polynet.datasets -->``; the comment is
replaced by the reference of those modules and of all public modules below them. A public module
that no page names stops the build. ``<!-- help: study xor -->`` becomes what
``polynet study xor --help`` prints.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from mkdocs.exceptions import PluginError

PACKAGES = ("polynet", "solvers", "compare")
MARK = re.compile(r"<!-- modules:(?P<names>.*?)-->", re.DOTALL)
HELP = re.compile(r"<!-- help:(?P<command>.*?)-->")


def public_modules(root: Path) -> list[str]:
    """Every module of the packages without a private name, in order."""
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if parts[-1] == "__init__":
                parts = parts[:-1]
            if not any(part.startswith("_") for part in parts):
                found.append(".".join(parts))
    return found


def named_below(name: str, modules: list[str]) -> list[str]:
    """``name`` and the modules below it; a package at the top level stands for itself alone."""
    if name in PACKAGES:
        return [name]
    return [module for module in modules if module == name or module.startswith(f"{name}.")]


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Put the reference of the named modules in place of the comment."""
    modules = public_modules(Path(config.config_file_path).parent)

    def directives(match: re.Match[str]) -> str:
        names: list[str] = []
        for name in match["names"].split():
            found = named_below(name, modules)
            if not found:
                raise PluginError(f"{page.file.src_uri} names {name}, and there is no such module")
            names += found
        return "\n\n".join(f"::: {name}" for name in names)

    return HELP.sub(
        lambda match: help_text(match["command"].split()), MARK.sub(directives, markdown)
    )


def help_text(words: list[str]) -> str:
    """What ``polynet words... --help`` prints, in a code block."""
    from polynet.cli import main

    command: Any = main
    context = click.Context(main, info_name="polynet", terminal_width=88)
    for word in words:
        command = command.get_command(context, word)
        context = click.Context(command, info_name=word, parent=context, terminal_width=88)
    return f"```text\n{command.get_help(context)}\n```"


def on_env(env: Any, *, config: Any, files: Any, **_: Any) -> Any:
    """Refuse a public module that no reference page names."""
    modules = public_modules(Path(config.config_file_path).parent)
    covered: set[str] = set()
    for file in files.documentation_pages():
        for match in MARK.finditer(file.content_string):
            for name in match["names"].split():
                covered.update(named_below(name, modules))
    missing = sorted(set(modules) - covered)
    if missing:
        raise PluginError(f"no page in docs/reference names {', '.join(missing)}")
    return env
