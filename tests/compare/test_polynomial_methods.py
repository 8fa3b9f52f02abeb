"""The project's own methods behind the common interface do what they do alone."""

from __future__ import annotations

import numpy as np
import pytest

import compare
import solvers
from compare import CriticalPoints, ExactSteps, Trial
from compare.matching import CriticalMap
from tests.compare.cases import curved_xor, two_classes


@pytest.mark.parametrize(
    "trainer",
    [
        solvers.Coordinatewise(),
        solvers.Linewise("lbfgs", lines=2),
        solvers.Blockwise(solvers.Linewise("gauss-newton", lines=1)),
    ],
)
def test_exact_steps_are_those_of_train(trainer):
    task = two_classes()
    run = ExactSteps("x", trainer).run(Trial(task, task.start(1), 1, 60.0, passes=3))
    record = solvers.train(
        task.network,
        task.data,
        trainer,
        seed=1,
        passes=3,
        test=task.test,
        l2=task.l2,
        start=task.start(1),
    )
    assert np.array_equal(run.weights, record.weights)
    last = run.curve[-1]
    assert (last.loss, last.passes) == (record.loss, 3)
    assert (last.train_accuracy, last.test_accuracy) == (
        record.train_accuracy,
        record.test_accuracy,
    )


def test_all_critical_points_are_on_record_with_the_least_one_reached():
    task = curved_xor()
    run = CriticalPoints("groebner", solvers.Groebner()).run(Trial(task, task.start(0), 0, 1.0))
    alone = solvers.find_critical_points(task.loss())
    assert run.study.critical.index_counts == alone.index_counts
    assert run.curve[-1].loss == alone.least_loss
    assert task.loss(exact=False).value(run.weights) == pytest.approx(alone.least_loss)


def test_runs_from_many_starts_end_at_critical_points():
    task = curved_xor()
    starts = np.array([task.start(seed) for seed in range(40)])
    known = CriticalMap(solvers.find_critical_points(task.loss()))
    ends = ExactSteps("x", solvers.Linewise("lbfgs", lines=1)).ends(task, starts, {})
    matches = known.match(ends)
    assert all(match.arrived for match in matches)
    kinds = {known.levels[match.level].kind for match in matches}
    assert "minimum" in kinds


@pytest.mark.slow
def test_a_comparison_says_where_everything_ends():
    found = compare.run(
        curved_xor(), ["linewise-newton", "adamw", "groebner"], 0.5, repeats=2, starts=20
    )
    from compare.summary import ends_table, points_table, starts_table

    assert [len(found.of(m)) for m in found.methods] == [2, 2, 1]  # solving starts nowhere
    table = starts_table(found)
    assert [sum(row[i] for row in table.rows) for i in (3, 4)] == [20, 20]
    assert {str(row[0]).split(" ")[0] for row in ends_table(found).rows} <= {
        "linewise-newton",
        "adamw",
    }
    n_hit = sum(row[3] for row in table.rows if not str(row[0]).startswith(("near", "div")))
    column = [column.heading for column in points_table(found).columns].index(
        table.columns[3].heading
    )
    assert sum(row[column] for row in points_table(found).rows) == n_hit
