"""Every command and every example in the documents runs, and prints what they show.

The blocks of a page are run in their order in one session and an empty folder. What takes minutes
is named here with the reason: it is run with smaller numbers, or its words are only looked up.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from polynet.cli import main
from tests.benchmarks.__main__ import MODULES
from tests.benchmarks.__main__ import parser as benchmark_parser
from tests.document_blocks import ROOT, Block, blocks, commands, inline_commands, pages, shows

NOT_RUN = {
    "polynet study xor": "test_readme runs it and compares what it prints",
    "polynet study xor --net product --l2 1/100 --signs --reach --timeout 600": "a minute",
    "polynet compare xor digits mnist-100 --budget 2s --out page": "six minutes on two cores",
    "polynet compare subspace-fc --dimensions 3,10,30,100,300,full --repeats 3 --out page": (
        "a quarter of an hour"
    ),
    "polynet compare subspace-fc --methods published --dimensions 3,10,30,100,300,1000,full "
    "--repeats 1 --out published": "a quarter of an hour",
    "polynet compare subspace-conv zoo cifar100-newton --repeats 1 --out page": "half an hour",
    "polynet report page": "wants the page of that one; the tutorial runs it on another",
}
"""Commands whose words are looked up, and why they are not run."""

SHORTENED = {
    ("train=part", "train=part, limit=600"): "a minute on 60,000 images",
    ("methods=None, budget=60.0, repeats=5", "['lbfgs'], budget=0.2, starts=5"): "half an hour",
}
"""What is run in place of what the documents say, and what that would take."""

LANGUAGES = {"console", "python", "text", "mermaid"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


Look = Callable[[list[str]], None]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """Looks up the words of a command: its name, its options, and the type of each argument."""

    def look_up(words: list[str]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(click.Command, "invoke", lambda self, context: None)
            patch.setattr(click.Path, "convert", lambda self, value, param, context: Path(value))
            if words[:3] == ["python", "-m", "tests.benchmarks"]:
                chosen = benchmark_parser().parse_args(words[3:])
                assert set(chosen.names) <= MODULES.keys()
            elif words[0] == "make":
                makefile = (ROOT / "Makefile").read_text("utf-8")
                assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), words
            else:
                assert words[0] == "polynet", words
                result = CliRunner().invoke(main, words[1:], prog_name="polynet")
                assert result.exit_code == 0, (shlex.join(words), result.output)

    return look_up


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_block_says_what_it_is(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("```") == 2 * len(blocks(page)), "a block without a language"
    assert {block.language for block in blocks(page)} <= LANGUAGES


@pytest.mark.parametrize("page", pages(), ids=name)
def test_commands_in_the_text_exist(page: Path, look: Look) -> None:
    for words in inline_commands(page):
        if not names_a_command(words):
            look(words)


def names_a_command(words: list[str]) -> bool:
    """Whether ``words`` are the name of a command alone, which may want arguments to run."""
    command: click.Command | None = main
    for word in words[1:]:
        command = command.commands.get(word) if isinstance(command, click.Group) else None
    return words[0] == "polynet" and command is not None


def examples_in_help(command: click.Command) -> list[str]:
    below = command.commands.values() if isinstance(command, click.Group) else ()
    lines = [line.strip() for line in (command.help or "").splitlines()]
    own = [re.split(r"\s{3,}", line)[0] for line in lines if line.startswith("polynet ")]
    return own + [line for each in below for line in examples_in_help(each)]


def test_examples_in_the_help_are_commands(look: Look) -> None:
    found = examples_in_help(main)
    assert len(found) > 20
    for line in found:
        look(shlex.split(line))


SESSIONS = [page for page in pages() if {"python", "console"} & {b.language for b in blocks(page)}]


@pytest.mark.slow
@pytest.mark.parametrize("page", SESSIONS, ids=name)
def test_a_page_runs_from_top_to_bottom(
    page: Path, folder: Path, look: Look, request: pytest.FixtureRequest
) -> None:
    session: dict[str, Any] = {"__name__": "session"}
    if re.search(r"\broot\b", "".join(block.text for block in blocks(page))):
        session["root"] = request.getfixturevalue("image_root")
    printed = ""
    for block in blocks(page):
        where = f"{name(page)}:{block.line}"
        if block.language == "text":
            if printed:
                missing = shows(block.text, printed)
                assert missing is None, f"{where}: not printed: {missing}\n{printed}"
            continue
        printed = run(block, session, look, where)


def run(block: Block, session: dict[str, Any], look: Look, where: str) -> str:
    """What a block prints."""
    if block.language == "console":
        return "".join(output(words, look) for words in commands(block))
    if block.language != "python" or block.text.startswith((">>>", "--8")):
        return ""
    text = block.text
    for old, new in SHORTENED:
        text = text.replace(old, new)
    with redirect_stdout(StringIO()) as stream:
        exec(compile(text, where, "exec"), session)
    return stream.getvalue()


def output(words: list[str], look: Look) -> str:
    """What a command prints; nothing where it is not run."""
    if words[0] == "echo":
        _, text, arrow, file = words
        with Path(file).open("a" if arrow == ">>" else "w") as opened:
            opened.write(f"{text}\n")
        return ""
    look(words)
    if words[0] != "polynet" or shlex.join(words) in NOT_RUN:
        return ""
    result = CliRunner().invoke(main, words[1:], prog_name="polynet")
    assert result.exit_code == 0, (shlex.join(words), result.output, result.exception)
    return result.stdout


def test_nothing_is_listed_that_no_page_says() -> None:
    said = {shlex.join(w) for page in pages() for b in blocks(page) for w in commands(b)}
    assert said >= NOT_RUN.keys()
    texts = "".join(block.text for page in pages() for block in blocks(page))
    assert [old for old, _ in SHORTENED if old not in texts] == []


def test_an_ellipsis_stands_for_what_was_left_out() -> None:
    printed = "a  1\nb 2.5 s\nc 3\nd 4\n"
    assert shows("a 1\n…\nd 4\n", printed) is None
    assert shows("b … s\n\nc 3\n", printed) is None
    assert shows("c 3\na 1\n", printed) == "a 1"
    assert shows("b … m", printed) == "b … m"
