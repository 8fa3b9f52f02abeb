"""``polynet train`` and ``polynet predict``: records in files, options, mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import Result

import polynet as pn
import solvers

Run = Callable[..., Result]


def test_a_record_is_written_and_predicts_what_the_network_gives(run: Run) -> None:
    result = run("train", "--data", "xor", "--passes", "20", "--save", "xor.json")
    assert result.exit_code == 0
    assert "accuracy 100.00 %" in result.stdout
    record = solvers.TrainingRecord.from_json(Path("xor.json"))
    said = run("predict", "xor.json", "--data", "xor", "--json", "answers.json")
    assert "100.00 % classified rightly" in said.stdout
    network = pn.Network([pn.Dense(2, 2), pn.Square(), pn.Dense(2, 1)])
    outputs = network.forward(record.weights, pn.datasets.xor().inputs)
    assert json.loads(Path("answers.json").read_text())["outputs"] == outputs.tolist()


def test_training_goes_on_from_a_file(run: Run) -> None:
    words = ["train", "--data", "xor", "--method", "coordinatewise", "--json", "-"]
    whole = json.loads(run(*words, "--passes", "4").stdout)
    run(*words[:-1], "half.json", "--passes", "2")
    rest = json.loads(run(*words, "--passes", "2", "--resume", "half.json").stdout)
    assert rest["weights"] == whole["weights"]
    assert [entry["number"] for entry in rest["history"]] == [0, 1, 2, 3, 4]


def test_a_fifth_is_held_back_and_the_target_stops(run: Run) -> None:
    result = run(
        *["train", "--data", "digits", "--limit", "500", "--passes", "9", "--test"],
        *["--target-accuracy", "60", "--json", "-"],
    )
    record = json.loads(result.stdout)
    assert record["n_examples"] == 400
    assert record["stopped"] == "target accuracy reached"
    assert record["history"][-1]["test_accuracy"] >= 0.6 > record["history"][-2]["test_accuracy"]


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (["blockwise"], "below=Linewise(direction='gauss-newton', lines=1"),
        (["blockwise", "--order", "cyclic"], "below=Coordinatewise(order='cyclic')"),
        (["linewise", "--direction", "cg"], "Linewise(direction='cg'"),
        (["coordinatewise", "--order", "greedy"], "Coordinatewise(order='greedy')"),
        (["planewise", "--direction", "cg"], "Planewise(lines=Linewise(direction='cg'"),
        (["planewise", "--second", "gradient"], "second='gradient'"),
        (["subspacewise", "--dimension", "3"], "Subspacewise(dimension=3, basis='steps'"),
        (["subspacewise", "--basis", "random"], "Subspacewise(dimension=2, basis='random'"),
    ],
)
def test_options_choose_the_method(run: Run, words: list[str], method: str) -> None:
    result = run("train", "--data", "xor", "--passes", "1", "--method", *words)
    assert result.exit_code == 0
    assert method in result.stdout


def test_batches_balance_and_a_target_loss(run: Run) -> None:
    words = ["train", "--data", "digits", "--limit", "300", "--method", "linewise", "--json", "-"]
    options = ["--batch", "100", "--growth", "2", "--balance", "--passes", "4"]
    record = json.loads(run(*words, *options).stdout)
    assert [entry["batch"] for entry in record["history"]] == [None, 100, 200, None, None]
    target = record["history"][-1]["loss"] * 1.5
    early = json.loads(run(*words, "--target-loss", str(target)).stdout)
    assert early["stopped"] == "target loss reached"
    assert early["history"][-1]["loss"] <= target


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--method", "linewise", "--order", "cyclic"], "--order does not go with"),
        (["--method", "coordinatewise", "--direction", "cg"], "--direction does not go with"),
        (["--order", "cyclic", "--direction", "cg"], "--order or --direction"),
        (["--method", "linewise", "--basis", "krylov"], "--basis does not go with"),
        (["--method", "subspacewise", "--second", "step"], "--second does not go with"),
        (["--growth", "0.5"], "x>=1"),
        (["--test"], "too few examples"),
        (["--target-accuracy", "101"], "0<=x<=100"),
    ],
)
def test_mistakes_are_refused(run: Run, words: list[str], message: str) -> None:
    result = run("train", "--data", "xor", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_data_without_a_usual_network_or_test_set_say_so(run: Run) -> None:
    np.savez("points.npz", inputs=[[0.5], [1.5]], targets=[1.0, 2.0])
    assert "needs a network" in run("train", "--data", "points.npz").stderr
    run("train", "--data", "points.npz", "--net", "dense:1-1", "--save", "line.json")
    assert "2 examples" in run("predict", "line.json", "--data", "points.npz").stdout
    assert "no test set" in run("predict", "line.json", "--data", "xor", "--test").stderr


def test_what_does_not_fit_is_said_in_a_line(run: Run) -> None:
    assert "no data set is called 'nope'" in run("train", "--data", "nope").stderr
    run("train", "--data", "xor", "--passes", "1", "--save", "xor.json")
    result = run("predict", "xor.json", "--data", "parity:3")
    assert result.exit_code == 2
    assert "examples of shape (2,), those of parity:3 have (3,)" in result.stderr
    result = run("train", "--data", "xor", "--resume", "xor.json", "--l2", "1")
    assert result.exit_code == 2
    assert "other data, targets or penalties" in result.stderr


@pytest.mark.backend
def test_a_trained_network_is_exported_for_torch(run: Run) -> None:
    run("train", "--data", "xor", "--passes", "20", "--save", "xor.json")
    result = run("export", "xor.json", "xor.pt2", "--dtype", "float64")
    assert "9 weights in float64, for examples of shape 2" in result.stdout
    inputs = pn.datasets.xor().to_float().inputs
    theirs = torch.export.load("xor.pt2").module()(torch.tensor(inputs))
    run("predict", "xor.json", "--data", "xor", "--json", "answers.json")
    ours = json.loads(Path("answers.json").read_text())["outputs"]
    np.testing.assert_allclose(theirs.detach().numpy(), ours, rtol=0, atol=1e-12)


@pytest.mark.backend
def test_the_published_experiment_in_one_command(run: Run, image_root: Path) -> None:
    result = run(
        *["train", "--data", "mnist", "--root", str(image_root), "--limit", "100"],
        *["--method", "coordinatewise", "--passes", "1", "--test", "--json", "-"],
    )
    record = json.loads(result.stdout)
    assert record["history"][-1]["test_accuracy"] >= 0.44
    assert record["history"][-1]["counts"]["by_points"] == [900, 5869]


@pytest.mark.parametrize("method", ["coordinatewise", "linewise"])
def test_steps_in_single_precision(run: Run, method: str) -> None:
    words = ["train", "--data", "digits", "--limit", "200"]
    words += ["--method", method, "--passes", "2", "--json", "-"]
    single, double = (
        json.loads(run(*words, "--precision", name).stdout) for name in ("single", "double")
    )
    losses = [[entry["loss"] for entry in record["history"]] for record in (single, double)]
    assert losses[0] != losses[1]
    assert losses[0][0] == pytest.approx(losses[1][0], rel=1e-5)
    assert max(loss[-1] for loss in losses) < 0.1 * losses[0][0]
