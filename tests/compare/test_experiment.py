"""Published experiments: the same runner, records and tables as tasks have."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

import compare
from compare import cifar_methods
from compare.baselines.cifar_newton import FastNet, SlowNet, run_fast_net, run_slow_net
from compare.baselines.classifiers import FULLY_CONNECTED
from compare.baselines.functional_inverse_check import check_functional_inverse
from compare.baselines.labelled_images import LabelledImages
from compare.baselines.minibatch import AdamSettings
from compare.baselines.subspace import (
    PUBLISHED,
    PUBLISHED_LONGER,
    published_settings,
    train_in_subspace,
)
from compare.baselines.subspace_lbfgs import lbfgs_in_subspace
from compare.baselines.zoo import ZOO, polynomial_network, train_zoo_model
from compare.cifar_methods import CIFAR_METHODS, NewtonProgram, cifar_method
from compare.classifier_methods import LeastInSubspace, subspace_method, zoo_method
from compare.comparison import Comparison
from compare.experiment_tables import findings_table, published_table
from compare.plots import accuracy_figure, curves_figure
from compare.record import CellRecord
from compare.summary import methods_table
from compare.table import Spread
from compare.task_facts import Published
from polynet.errors import DataError, InputError
from tests.compare.baselines.image_cases import coloured_noise, striped_dataset
from tests.compare.cases import stripes

pytestmark = pytest.mark.filterwarnings(
    "ignore:.torch.jit.script. is deprecated:DeprecationWarning"
)


def accuracies(found: Comparison) -> list[float | None]:
    return [None if cell.last is None else cell.last.test_accuracy for cell in found.cells]


def test_a_cell_is_the_run_of_the_baseline_with_its_seed():
    experiment = stripes()
    found = compare.run(experiment, ["adam-10", "lbfgs-10"], repeats=2)
    train, test = (LabelledImages.of(data) for data in (experiment.data, experiment.test))
    for cell in found.cells:
        if cell.method == "adam-10":
            settings = AdamSettings(epochs=2, batch_size=60)
            arguments = {"settings": settings, "seed": cell.key.seed}
            record = train_in_subspace(FULLY_CONNECTED, train, test, 10, **arguments)
        else:
            record = lbfgs_in_subspace(
                FULLY_CONNECTED, train, test, 10, steps=2, seed=cell.key.seed
            )
        assert cell.last.test_accuracy == record.test_accuracy
        assert cell.last.loss == record.history[-1].loss
        assert cell.last.passes == record.epochs
    assert [cell.key.seed for cell in found.cells] == [123, 123, 124, 124]


def test_the_published_run_is_that_of_the_first_seed_to_the_batch():
    experiment = stripes(batch=256, epochs=10)
    found = compare.run(experiment, ["published-10"], repeats=2)
    train, test = (LabelledImages.of(data) for data in (experiment.data, experiment.test))
    for cell, settings in zip(found.cells, (published_settings(10), AdamSettings()), strict=True):
        seed = cell.key.seed
        record = train_in_subspace(
            FULLY_CONNECTED, train, test, 10, settings=settings, seed=seed, start="published"
        )
        assert cell.last.loss == record.history[-1].loss
    shorter = compare.run(experiment, ["published-10"], repeats=1, passes=2)
    assert shorter.cells[0].last.passes == 2


def test_a_figure_that_was_published_stands_beside_every_method_that_does_it():
    found = compare.run(stripes(), ["published-3", "adam-3", "published-10"], repeats=1)
    rows = {row[0]: row[2] for row in published_table(found).rows}
    assert rows == {"adam-3": 10.0, "published-3": 10.0, "published-10": 12.0, "adam-full": 97.76}


def test_a_curve_has_a_point_for_each_epoch():
    cell = compare.run(stripes(), ["adam-full"], repeats=1, passes=4).cells[0]
    steps = (1, 6, 11, 16, 21)  # the published loops take one more than the epochs have
    assert [point.passes for point in cell.curve] == pytest.approx([4 * k / 21 for k in steps])
    assert all(a.cpu_seconds < b.cpu_seconds for a, b in zip(cell.curve, cell.curve[1:]))  # noqa: B905


def test_a_run_of_one_epoch_has_points_within_it_and_is_the_same():
    experiment = stripes(data=striped_dataset(600), batch=20)
    cell = compare.run(experiment, ["adam-full"], repeats=1, passes=1).cells[0]
    assert [point.passes for point in cell.curve] == pytest.approx(
        [k / 31 for k in range(1, 32, 3)]
    )
    train, test = (LabelledImages.of(data) for data in (experiment.data, experiment.test))
    settings = AdamSettings(epochs=1, batch_size=20)
    record = train_in_subspace(FULLY_CONNECTED, train, test, None, settings=settings, seed=123)
    assert cell.last.loss == record.history[-1].loss
    assert cell.last.test_accuracy == record.test_accuracy


def test_what_no_method_measures_has_no_column():
    found = compare.run(stripes(), ["adam-3"], repeats=1)
    headings = [column.heading for column in methods_table(found).columns]
    assert "test %" in headings
    assert "training %" not in headings
    bare = methods_table(replace(found, cells=()))
    assert "training %" in [column.heading for column in bare.columns]  # of the floors alone


def test_more_repeats_go_on_from_the_records_that_are_there(tmp_path):
    first = compare.run(stripes(), ["adam-3"], repeats=1, out=tmp_path)
    again = compare.run(stripes(), ["adam-3"], repeats=2, out=tmp_path)
    assert again.cells[0].curve == first.cells[0].curve
    assert len(list((tmp_path / "stripes" / "cells").glob("*.json"))) == 2
    loaded = Comparison.load(tmp_path / "stripes")
    assert accuracies(loaded) == accuracies(again)
    assert (loaded.facts, loaded.settings) == (again.facts, again.settings)
    with pytest.raises(InputError, match="passes 2, not 3"):
        compare.run(stripes(), ["adam-3"], repeats=1, passes=3, out=tmp_path)
    with pytest.raises(InputError, match="fingerprint"):
        compare.run(stripes(batch=30), ["adam-3"], repeats=1, out=tmp_path)


def test_threads_at_once_leave_what_one_leaves():
    arguments = {"methods": ["adam-30", "adam-full"], "repeats": 2}
    with ThreadPoolExecutor(2) as executor:
        spread = compare.run(stripes(), executor=executor, **arguments)
    alone = compare.run(stripes(), **arguments)
    assert [cell.last.loss for cell in spread.cells] == [cell.last.loss for cell in alone.cells]


@pytest.mark.slow
def test_other_processes_leave_the_same():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        spread = compare.run(stripes(), ["adam-30"], repeats=1, executor=executor)
    alone = compare.run(stripes(), ["adam-30"], repeats=1)
    assert spread.cells[0].last.loss == alone.cells[0].last.loss


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": 2.0}, r"stripes runs for epochs.*2 s; leave it out.*--epochs"),
        ({"methods": ["adam"]}, "no method is called 'adam'; there are adam-N"),
        ({"methods": ["least-full"]}, "no method is called 'least-full'"),
        ({"methods": ["adam-0"]}, "from 1 to as many"),
        ({"methods": ["adam-199211"]}, "199,210 weights"),
        ({"methods": ["least-4"]}, "more than 3 unknowns"),
        ({"methods": ["adam-3", "adam-3"]}, "two methods"),
        ({"passes": 0}, "passes"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(arguments: dict[str, object], message: str):
    with pytest.raises(InputError, match=message):
        compare.run(stripes(), **arguments)


def test_published_figures_stand_beside_the_medians_over_seeds():
    found = compare.run(stripes(), ["adam-3", "offset-7", "adam-full"], repeats=3)
    rows = {row[0]: row for row in published_table(found).rows}
    assert list(rows) == ["adam-3", "adam-10", "adam-full", "offset-7"]
    shares = sorted(100 * cell.last.test_accuracy for cell in found.of("adam-full"))
    assert rows["adam-full"][1:5] == [
        199_210,
        97.76,
        Spread(shares[1], shares[0], shares[2]),
        pytest.approx(shares[1] - 97.76),
    ]
    assert rows["adam-10"][1:6] == [10, 12.0, None, None, None]
    assert rows["offset-7"][1:3] == [7, None]


def test_longer_runs_stand_beside_what_was_published_of_longer_runs():
    figures = (Published(("adam-3",), 3, 10.0), Published(("adam-3",), 3, 20.0, epochs=4))
    for epochs, percent in ((4, 20.0), (3, 10.0)):
        found = compare.run(stripes(published=figures), ["adam-3"], repeats=1, passes=epochs)
        table = published_table(found)
        assert [row[2] for row in table.rows] == [percent]
        assert f"one run of {4 if epochs == 4 else 10} epochs" in table.note


def test_the_picture_has_a_point_for_every_seed_and_the_published_ones():
    found = compare.run(stripes(), ["adam-3", "adam-full", "offset-3"], repeats=2)
    axes = accuracy_figure(found).axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    drawn = sorted(zip(*axes.lines[0].get_data(), strict=True))
    assert drawn == sorted(
        (cell.settings["unknowns"], 100 * cell.last.test_accuracy)
        for cell in found.cells
        if cell.method.startswith("adam")
    )
    assert list(lines["published"].get_xdata()) == [3, 10, 199_210]
    assert list(lines["published"].get_ydata()) == [10.0, 12.0, 97.76]
    middle = [100 * sum(c.last.test_accuracy for c in found.of("adam-3")) / 2]
    assert lines["adam, median"].get_ydata()[0] == pytest.approx(middle[0])


def test_curves_lead_from_the_first_step_to_the_end():
    found = compare.run(stripes(), ["adam-full"], repeats=2, passes=4)
    line = curves_figure(found, "loss", "passes").axes[0].lines[0]
    for k in (0, -1):
        points = [cell.curve[k] for cell in found.cells]
        assert line.get_xdata()[k] == pytest.approx(points[0].passes)
        assert line.get_ydata()[k] == pytest.approx(sum(point.loss for point in points) / 2)


def test_zoo_models_are_run_as_they_are():
    experiment = stripes(method=zoo_method, default=(ZOO[0].name, f"{ZOO[0].name}-squares"))
    found = compare.run(experiment, repeats=1)
    train, test = (LabelledImages.of(data) for data in (experiment.data, experiment.test))
    record = train_zoo_model(ZOO[0], train, test, settings=AdamSettings(2, 60))
    assert found.cells[0].last.test_accuracy == record.test_accuracy
    assert [cell.settings["series"] for cell in found.cells] == ["dense, ReLU", "dense, squares"]
    assert {cell.settings["unknowns"] for cell in found.cells} == {12_730.0}
    with pytest.raises(InputError, match="no model is called '7'; there are 784-16-10"):
        zoo_method("7")


def cifar(**changes: object) -> compare.Experiment:
    data = {"data": coloured_noise(40), "test": coloured_noise(16, seed=1)}
    arguments = {"method": cifar_method, "batch": None, "epochs": None, "published": ()}
    return stripes(**data, **arguments, **changes)


def test_the_newton_programs_leave_what_they_print():
    fast = NewtonProgram("fast", "", FastNet(batch_size=20, epochs=3))
    slow = NewtonProgram("slow", "", SlowNet(batch_size=8, hidden=4, test_every=3))
    found = compare.run(cifar(), [fast, slow], repeats=1, seed=5)
    data = found.cells, cifar().data, cifar().test
    records = (
        run_fast_net(*data[1:], fast.settings, seed=5),
        run_slow_net(*data[1:], slow.settings, seed=5),
    )
    for cell, record in zip(found.cells, records, strict=True):
        sizes = (20, 20) * 3 if cell.method == "fast" else (8,) * 5
        errors = [entry.error / size for entry, size in zip(record.errors, sizes, strict=True)]
        assert [point.loss for point in cell.curve] == errors
        last = record.scores[-1]
        assert cell.last.test_accuracy == last.correct / last.total
        tested = [point.test_accuracy for point in cell.curve if point.test_accuracy is not None]
        assert tested == [score.correct / 16 for score in record.scores if score.steps]
    assert found.cells[0].last.passes == 3


def test_a_smaller_last_batch_is_counted_by_its_images():
    lines: list[str] = []
    program = NewtonProgram("fast", "", FastNet(batch_size=25, epochs=1), lines.append)
    cell = compare.run(cifar(), [program], repeats=1).cells[0]
    errors = [25 * cell.curve[0].loss, 15 * cell.curve[1].loss]
    assert lines[:2] == [f"epoch 1 batch {k}: error {e:.4f}" for k, e in enumerate(errors, 1)]


@pytest.mark.parametrize(
    ("name", "settings"),
    [("run_fast_net", FastNet(epochs=2)), ("run_slow_net", SlowNet(batch_size=20, hidden=6))],
)
def test_libraries_are_loaded_by_one_small_step_that_nobody_is_told_of(
    name: str, settings: FastNet | SlowNet, monkeypatch
):
    program, runs = getattr(cifar_methods, name), []

    def noting(data, test, settings, *, report, **others):
        runs.append(len(data))
        lines = []
        record = program(data, test, settings, report=lines.append, **others)
        for line in lines:
            report(line)
        runs.append(len(record.errors))
        return record

    monkeypatch.setattr(cifar_methods, name, noting)
    lines: list[str] = []
    method = NewtonProgram("x", "", settings, lines.append)
    cell = compare.run(cifar(), [method], repeats=1).cells[0]
    assert runs == [4, 1, 40, len(cell.curve)]
    assert sum(line.startswith("epoch") for line in lines) == len(cell.curve) == 2


def test_epochs_that_are_given_go_before_those_of_the_program():
    fast = NewtonProgram("fast", "", FastNet(batch_size=20, epochs=3))
    cell = compare.run(cifar(), [fast], repeats=1, passes=1).cells[0]
    assert [point.passes for point in cell.curve] == [0.5, 1.0]


def test_the_check_of_the_functional_inverse_is_a_table_of_findings(tmp_path):
    found = compare.run(cifar(), ["functional-inverse"], repeats=3, out=tmp_path)
    check = check_functional_inverse(100)
    assert len(found.cells) == 1
    assert found.cells[0].findings["closed form: greatest distance"] == check.closed_form_worst
    loaded = CellRecord.load(tmp_path / "stripes" / "cells" / "functional-inverse-0.json")
    assert loaded.findings == found.cells[0].findings
    rows = findings_table(found).rows
    assert [row[1] for row in rows] == list(found.cells[0].findings)


def test_the_faults_are_there_by_name_and_not_by_default():
    faulty = {name for name in CIFAR_METHODS if name.startswith("slow_net-")}
    settings = [CIFAR_METHODS[name].settings for name in sorted(faulty)]  # type: ignore[attr-defined]
    assert [s.order for s in settings] == ["damping first", "absolute value first"]
    assert [s.test_overwrites for s in settings] == [False, True]


@pytest.mark.slow
def test_the_least_loss_of_a_subspace_is_below_all_ends():
    found = compare.run(stripes(), [LeastInSubspace(2, (4,))], repeats=1)
    findings = found.cells[0].findings
    assert findings["least loss"] <= findings["loss of L-BFGS"] * (1 + 1e-9)
    assert findings["least loss"] <= findings["loss of Adam"] * (1 + 1e-9)
    assert findings["loss of Adam"] < findings["loss at the start"]
    assert findings["critical points"] <= 5**2  # the loss has degree 6


def test_the_polynomial_networks_of_the_subspaces_have_the_published_sizes():
    for model, n_parameters in (("fc", 199_210), ("conv", 21_840)):
        least = subspace_method(model, "least-2")
        network = polynomial_network(least.channels, *least.hidden, kernel=least.kernel)
        assert (network.n_parameters, least.unknowns) == (n_parameters, 2)


@pytest.mark.parametrize("name", ["subspace-fc", "subspace-conv", "zoo", "cifar100-newton"])
def test_absent_images_are_one_clear_error(name: str, tmp_path):
    with pytest.raises(DataError, match=r"POLYNET_DATA|no "):
        compare.named_task(name, str(tmp_path))


@pytest.mark.backend
def test_named_experiments_have_the_published_sizes_and_figures(image_root):
    for name, model in (("subspace-fc", "fc"), ("subspace-conv", "conv")):
        experiment = compare.named_task(name, str(image_root))
        assert isinstance(experiment, compare.Experiment)
        assert (len(experiment.data), len(experiment.test)) == (60_000, 10_000)
        figures = {10: PUBLISHED[model], 100: PUBLISHED_LONGER.get(model, {})}
        for epochs, published in figures.items():
            given = [f.percent for f in experiment.published if f.epochs == epochs]
            assert given == list(published.values())
        names = [name for figure in experiment.published for name in figure.methods]
        methods = [experiment.method(name) for name in names]
        assert [method.name for method in methods] == names
        assert {method.refusal(experiment) for method in methods} == {None}
        assert [experiment.method(n).name for n in experiment.default] == list(experiment.default)
    zoo = compare.named_task("zoo", str(image_root))
    assert [f.percent for f in zoo.published] == [94.5, 96.5, 95.6, 97.6]
    assert len(zoo.default) == 8
