"""Tables: one set of cells, four notations."""

from __future__ import annotations

import csv
import io

from compare.table import Column, Spread, Table

TABLE = Table(
    "a-b",
    "50 % of <all>",
    [Column("name & more"), Column("loss", ".3g"), Column("count")],
    [["x_1", Spread(0.5, 0.25, 1 / 3 + 1), 1200], ["y×2", None, None], ["z", 2.0, 1]],
    "a note",
)


def test_spreads_are_a_median_and_a_range_for_readers():
    assert TABLE.texts()[0] == ["x_1", "0.5 (0.25 to 1.33)", "1,200"]
    assert Column("", ".2g").text(Spread(1.0, 1.0, 1.0)) == "1"
    assert Column("").text(float("nan")) == "–"


def test_csv_has_numbers_in_full_and_spreads_in_three_columns():
    rows = list(csv.reader(io.StringIO(TABLE.to_csv())))
    assert rows[0] == ["name & more", "loss", "loss low", "loss high", "count"]
    assert [float(x) for x in rows[1][1:4]] == [0.5, 0.25, 1 / 3 + 1]
    assert rows[2] == ["y×2", "", "", "", ""]


def test_html_and_latex_escape_their_signs():
    html, latex = TABLE.to_html(), TABLE.to_latex()
    assert "50 % of &lt;all&gt;" in html
    assert "name &amp; more" in html
    assert r"\caption{50 \% of <all>}" in latex
    assert r"x\_1 & 0.5 (0.25 to 1.33) & 1,200 \\" in latex
    assert r"y$\times$2 & -- & -- \\" in latex


def test_text_is_aligned():
    lines = TABLE.to_text().splitlines()
    assert lines[2].index("count") == lines[4].index("1,200")
