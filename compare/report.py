"""One self-contained page of a comparison, with LaTeX and CSV of every table beside it.

A folder of comparisons enters; ``index.html`` and ``tables/`` in it leave. The page needs no
network: pictures are SVG in it, and there are no scripts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from compare import plots
from compare.comparison import Comparison, Settings
from compare.experiment_tables import findings_table, published_table
from compare.family_table import families_table
from compare.summary import (
    all_tables,
    ends_table,
    levels_table,
    methods_table,
    passes_table,
    points_table,
    seconds_table,
    starts_table,
)
from compare.table import Table
from compare.task_facts import TaskFacts
from polynet.atomic_file import write_text
from polynet.errors import InputError

__all__ = ["comparisons_in", "page", "write_report"]

_PAGE = "index.html"

_LINES = " Exact methods solid, baselines dashed, ReLU networks dotted."
_HEIGHT = " The height is chosen for the medians; shading may go beyond."
_OTHERS = (
    " ReLU networks are other networks: the least loss of the polynomial network does not bound "
    "theirs."
)

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff;
  max-width: 1300px; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .3rem; padding-top: .8rem; border-top: 2px solid #1a1a1a; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
p { margin: .4rem 0; max-width: 75ch; }
nav a { margin-right: 1.1em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.2rem; margin: .7rem 0; }
dt { color: #666; }
dd { margin: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: .6rem 0 .2rem; }
table { border-collapse: collapse; font-size: 13.5px; }
caption { text-align: left; font-weight: 600; padding: .2rem 0 .4rem; }
th { text-align: left; font-weight: 600; border-top: 1.5px solid #1a1a1a;
  border-bottom: 1px solid #1a1a1a; padding: .25rem .8rem .25rem 0; vertical-align: bottom; }
td { padding: .16rem .8rem .16rem 0; vertical-align: top; }
td:first-child { min-width: 11.5rem; }
td:last-child { min-width: 7.5rem; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:nth-child(even) { background: #f6f6f4; }
tbody tr:last-child td { border-bottom: 1.5px solid #1a1a1a; }
.spread { color: #777; display: block; font-size: 11.5px; line-height: 1.2; }
.note { color: #555; font-size: 13px; max-width: 110ch; }
figure { margin: 1rem 0; }
figure svg { max-width: 100%; height: auto; }
figcaption { color: #555; font-size: 13px; max-width: 110ch; }
"""


def write_report(folder: Path) -> Path:
    """Write the page and the tables of all comparisons in ``folder``; the path of the page.

    ``folder`` holds one folder for each task, as ``run(..., out=folder)`` leaves them; tasks that
    are not finished are shown as far as they got. Raises ``InputError`` where there is none.
    """
    found = comparisons_in(folder)
    tables = folder / "tables"
    tables.mkdir(exist_ok=True)
    for comparison in found:
        for table in all_tables(comparison):
            write_text(tables / f"{table.name}.csv", table.to_csv())
            write_text(tables / f"{table.name}.tex", table.to_latex())
    path = folder / _PAGE
    write_text(path, page(found))
    return path


def comparisons_in(folder: Path) -> list[Comparison]:
    """The comparisons in ``folder``, those with named tasks first, in the order of their list."""
    from compare.named_tasks import NAMED_TASKS

    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    found = [Comparison.load(path.parent) for path in sorted(folder.glob("*/task.json"))]
    if not found:
        raise InputError(
            f"{folder} holds no comparison; polynet compare TASK --out {folder} makes one"
        )
    order = {name: place for place, name in enumerate(NAMED_TASKS)}
    return sorted(found, key=lambda c: (order.get(c.facts.name, len(order)), c.facts.name))


def page(found: Sequence[Comparison]) -> str:
    """The page as HTML text."""
    names = ", ".join(comparison.facts.name for comparison in found)
    links = "".join(f'<a href="#{escape(c.facts.name)}">{escape(c.facts.name)}</a>' for c in found)
    sections = "\n".join(part for comparison in found for part in _section(comparison))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Comparison: {escape(names)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Comparison: {escape(names)}</h1>\n<nav>{links}</nav>\n{_settings(found)}\n"
        f"{sections}\n</body>\n</html>\n"
    )


def _settings(found: Sequence[Comparison]) -> str:
    """What holds for all: machine, versions, threads."""
    machine, settings = found[0].machine, found[0].settings
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return _facts(
        ("machine", str(machine)),
        (
            "threads",
            f"{settings.threads} for each run, of BLAS, numba and torch; {settings.device}",
        ),
        ("versions", versions),
        (
            "seconds",
            "of training alone: measuring, collecting the loss, loading compiled code and trying "
            "learning rates do not count",
        ),
        ("tables", "as CSV and LaTeX in the folder tables beside this page"),
    )


def _facts(*pairs: tuple[str, str]) -> str:
    items = (f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs if text)
    return f"<dl>{''.join(items)}</dl>"


def _section(comparison: Comparison) -> Iterator[str]:
    """One task: what it is, how the methods did, and where they ended."""
    facts, settings = comparison.facts, comparison.settings
    name = escape(facts.name)
    yield f'<h2 id="{name}">{name}</h2><p>{escape(facts.description)}</p>'
    tested = f", {facts.n_test:,} for testing" if facts.n_test else ""
    sizes = f"; {facts.n_parameters:,} weights" if facts.n_parameters else ""
    yield _facts(
        ("network", f"{facts.network}{sizes}"),
        ("data", f"{facts.n_examples:,} examples{tested}"),
        ("loss", facts.loss),
        ("penalty", facts.l2),
        ("start", f"{facts.start}; {_seeds(comparison)}"),
        ("budget", _budget(settings)),
        ("step", _step(facts)),
        ("arithmetic", facts.arithmetic),
        ("lower bound", f"{facts.lower_bound}: proved, no weights get below" * facts.landscape),
        ("least loss", _least(comparison)),
    )
    yield _html(published_table(comparison))
    yield from _accuracies(comparison)
    yield methods_table(comparison).to_html()
    yield _html(findings_table(comparison))
    yield from _curves(comparison)
    yield _html(seconds_table(comparison))
    yield _html(passes_table(comparison))
    if comparison.critical_map is not None:
        yield from _landscape(comparison)


def _step(facts: TaskFacts) -> str:
    """How many examples a step of a stochastic method takes."""
    if facts.batch is None:
        return ""
    return f"{facts.batch} examples for {'Adam' if facts.experiment else 'SGD, Adam, AdamW'}"


def _seeds(comparison: Comparison) -> str:
    """The seeds of the runs, and for whom they mean the same start."""
    first, repeats = comparison.settings.seed, comparison.settings.repeats
    seeds = f"seed {first}" if repeats == 1 else f"seeds {first} to {first + repeats - 1}"
    return seeds if comparison.facts.experiment else f"{seeds}, the same for all methods"


def _budget(settings: Settings) -> str:
    """How long a run may be."""
    if settings.budget is None:
        return f"epochs: {settings.passes}" if settings.passes else "as published, by method"
    passes = "" if settings.passes is None else f", {settings.passes:,} passes at most"
    return f"{settings.budget:g} s for each run{passes}"


def _accuracies(comparison: Comparison) -> Iterator[str]:
    figure = plots.accuracy_figure(comparison)
    if figure is not None:
        yield _figure(
            plots.svg_text(figure, f"{comparison.facts.name}-accuracy"),
            "Test accuracy against the number of unknowns: every run a point, lines through the "
            "medians, crosses as published.",
        )


def _least(comparison: Comparison) -> str:
    """The least loss of all critical points, and why it is the least there is."""
    critical = None if comparison.study is None else comparison.study.critical
    if critical is None or critical.least_loss is None:
        return ""
    return f"{critical.least_loss:.10g}: {critical.least_loss_reason}"


def _curves(comparison: Comparison) -> Iterator[str]:
    name = comparison.facts.name
    for quantity, axis, caption in (
        ("loss", "seconds", "Loss against seconds of training"),
        ("loss", "passes", "Loss against passes"),
        ("test_accuracy", "seconds", "Test accuracy against seconds of training"),
    ):
        figure = plots.curves_figure(comparison, quantity, axis)  # type: ignore[arg-type]
        if figure is not None:
            svg = plots.svg_text(figure, f"{name}-{quantity}-{axis}")
            yield _figure(
                svg,
                f"{caption}: medians over the runs, to the end of the longest (a dot), least to "
                f"greatest shaded.{_HEIGHT * (quantity == 'loss')}"
                f"{_LINES * (not comparison.facts.experiment)}"
                f"{_OTHERS * (quantity == 'loss' and bool(_least(comparison)))}",
            )


def _landscape(comparison: Comparison) -> Iterator[str]:
    name = comparison.facts.name
    yield "<h3>All critical points, and where the runs ended</h3>"
    picture = plots.landscape_figure(comparison)
    if picture is not None:
        yield _figure(
            plots.svg_text(picture, f"{name}-landscape"),
            "Left: every critical point by index and loss; a family of them is one marker, with "
            "its dimension. Right: the loss on a plane through critical points, of families "
            "through samples; where several lie together, how many of each kind.",
        )
    yield _html(levels_table(comparison))
    yield _html(families_table(comparison))
    yield _html(ends_table(comparison))
    bars = plots.starts_figure(comparison)
    if bars is not None:
        yield _figure(
            plots.svg_text(bars, f"{name}-starts"),
            "Where runs from many random starts end, of all the critical points there are.",
        )
    yield _html(starts_table(comparison))
    yield _html(points_table(comparison))


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _html(table: Table) -> str:
    return table.to_html() if table.rows else ""
