"""The benchmark runs: a table for people, and JSON for machines."""

import json
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, percentile, table

ROOT = Path(__file__).parent.parent


def test_one_figure_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--only", "help", "--json", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    head, _, row = done.stdout.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")][:2] == ["figure", "Ringback"]
    told = json.loads(file.read_text())
    assert told["quick"]
    assert {"cores", "python", "sqlite"} <= told["machine"].keys()
    (figure,) = told["figures"]
    assert f"| {figure['figure']}" in row
    assert figure["ratio"] == figure["rounds"][0] / figure["beside"][0]


def test_ratios_are_taken_round_by_round() -> None:
    figure = Figure(what="f", unit="/s", rounds=[1, 8, 30], beside=[2, 10, 20], ratio_least=0.9)
    assert (figure.value, figure.beside_it, figure.ratio, figure.reached) == (8, 10, 0.8, False)
    assert table([figure]).splitlines()[2].endswith("| 0.80  | ratio >= 0.9 | **no**   |")


def test_a_limit_holds_for_the_median() -> None:
    figure = Figure(what="f", unit="ms", rounds=[49, 30, 70], most=50)
    assert figure.reached
    assert Figure(what="f", unit="ms", rounds=[50], most=50).reached is False
    assert Figure(what="f", unit="ms", rounds=[50]).reached is None


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(200, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (100, 198)
    assert percentile([7.0], 0.99) == 7
