"""The page: self-contained, whole in a browser, with every table beside it."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import compare
from compare.comparison import Comparison
from compare.method import ManyStarts
from compare.methods import NAMED_METHODS
from compare.report import write_report
from compare.summary import all_tables
from compare.table import Column, Table
from polynet.errors import InputError
from tests.browser import rendered, screenshot
from tests.compare.cases import curved_xor, stripes, two_classes

pytestmark = pytest.mark.slow


TASKS = ("one-square", "few-digits", "stripes")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two small comparisons, one of them with all critical points, and an experiment."""
    out = tmp_path_factory.mktemp("comparison")
    methods = ["adam", "linewise-gauss-newton", "blockwise"]
    arguments = {"budget": 0.2, "repeats": 2, "starts": 12, "out": out}
    compare.run(curved_xor(), [*methods, "groebner"], **arguments)
    compare.run(two_classes(), methods, **arguments)
    compare.run(stripes(), ["adam-3", "adam-full"], repeats=2, out=out)
    write_report(out)
    return out


class _Links(HTMLParser):
    """Collects what a page refers to, and checks that its tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.links += [values[name] for name in ("src", "href", "xlink:href") if name in values]
        self.ids += [values["id"]] if "id" in values else []
        if tag not in ("meta", "br", "img", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in ("meta", "br", "img", "link"):
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(text: str) -> _Links:
    parser = _Links()
    parser.feed(text)
    return parser


def test_the_page_is_one_file_that_asks_for_nothing(folder):
    text = (folder / "index.html").read_text("utf-8")
    page = parsed(text)
    assert not page.open
    assert all(link.startswith("#") for link in page.links)
    assert "<script" not in text
    assert not re.search(r"@import|url\((?!#)", text)


def test_ids_are_unique_and_links_lead_to_them(folder):
    page = parsed((folder / "index.html").read_text("utf-8"))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_table_is_there_as_csv_and_latex(folder):
    for name in TASKS:
        for table in all_tables(Comparison.load(folder / name)):
            text = (folder / "tables" / f"{table.name}.csv").read_text("utf-8")
            rows = list(csv.reader(text.splitlines()))
            assert len(rows) == len(table.rows) + 1
            latex = (folder / "tables" / f"{table.name}.tex").read_text("utf-8")
            assert latex.count(r"\\") == len(table.rows) + 1


def test_the_browser_shows_every_table_and_picture(folder, tmp_path):
    document = rendered(folder / "index.html")
    page = parsed((folder / "index.html").read_text("utf-8"))
    assert document.count("<table") == sum(
        len(all_tables(Comparison.load(folder / name))) for name in TASKS
    )
    # Curves, landscape and starts; curves and tests; those and accuracy against unknowns.
    assert document.count("<figure") == 2 + 2 + 3 + 4
    assert {f'id="{name}"' in document for name in page.ids} == {True}
    picture = tmp_path / "page.png"
    screenshot(folder / "index.html", picture)
    pixels = matplotlib.image.imread(picture)[..., :3]
    assert pixels.shape[1] == 1240
    assert np.mean(pixels < 0.5) > 0.005  # something dark is drawn on the white page
    assert np.mean(pixels > 0.95) > 0.5


def test_no_table_is_wider_than_a_window_of_usual_width(folder, tmp_path):
    """Not even the widest: all methods that run from many starts, beside points of six weights."""
    methods = [
        name
        for name, method in NAMED_METHODS.items()
        if isinstance(method, ManyStarts) and not name.startswith("relu-")
    ]
    point = "degenerate (-0.998, 0.998, 0.000, 0.000, 0.998, -0.998)"
    columns = [Column("point"), Column("loss", ".6g"), *map(Column, methods)]
    wide = Table("wide", "wide", columns, [[point, 0.0299499, *[1000] * len(methods)]])
    count = "[...document.querySelectorAll('.table')].filter(t => t.scrollWidth > t.clientWidth)"
    script = f"<script>document.title = {count}.length</script>"
    path = tmp_path / "wide.html"
    text = (folder / "index.html").read_text("utf-8")
    path.write_text(text.replace("</body>", f"{wide.to_html()}{script}</body>"), "utf-8")
    assert "<title>0</title>" in rendered(path, width=1400)


def test_published_figures_are_on_the_page_and_in_its_tables(folder):
    text = (folder / "index.html").read_text("utf-8")
    assert "stripes: published against measured" in text
    assert "epochs: 2" in text
    lines = (folder / "tables" / "stripes-published.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    assert [row["published test %"] for row in rows] == ["10.0", "12.0", "97.76"]
    assert [bool(row["measured test %"]) for row in rows] == [True, False, True]
    latex = (folder / "tables" / "stripes-published.tex").read_text("utf-8")
    assert "adam-full & 199,210 & 97.76 &" in latex


def test_an_unfinished_comparison_is_shown_as_far_as_it_got(folder, tmp_path):
    import shutil

    half = tmp_path / "half"
    shutil.copytree(folder, half)
    for path in (half / "one-square" / "cells").glob("groebner*"):
        path.unlink()
    for path in (half / "few-digits" / "cells").glob("*.json"):
        path.unlink()
    write_report(half)
    text = (half / "index.html").read_text("utf-8")
    assert "one-square-methods" in text
    assert "one-square-critical-points" not in text
    assert "ridge regression" in text


def test_a_folder_without_comparisons_is_refused(tmp_path):
    with pytest.raises(InputError, match="polynet compare TASK --out"):
        write_report(tmp_path)
