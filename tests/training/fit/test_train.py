# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from tests.support.small_models import QUICK, SOURCES, make_table
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.cli import main
from vmaf_train.data.table import column, features_of, split_by_source, write_table
from vmaf_train.fit.net import Checkpoint, FusionMLP, arch_of, hidden_of, load_checkpoint, save_checkpoint
from vmaf_train.fit.recipe import PUBLISHED
from vmaf_train.fit.train import Scaler, fit, train
from vmaf_train.metrics import agreement

SHORT = replace(QUICK, epochs=2, polish=25)
DEEP = "mlp_12_10_8_6"


def scores(checkpoint: Checkpoint, table: pa.Table) -> np.ndarray:
    with torch.inference_mode():
        return checkpoint.model()(torch.from_numpy(features_of(table)).float()).numpy()


def test_a_model_learns_what_it_has_not_seen(checkpoint: Checkpoint) -> None:
    fresh = make_table(seed=1)
    found = agreement(scores(checkpoint, fresh), column(fresh, "vmaf_unclipped"))
    assert found.plcc > 0.999
    assert found.rmse < 1.0


def test_the_polish_pays(table: pa.Table) -> None:
    rough, fine = (train("mlp_small", table, replace(QUICK, polish=polish)) for polish in (0, 200))
    assert fine.training["fit"]["rmse"] < 0.5 * rough.training["fit"]["rmse"]


def test_the_same_seed_gives_the_same_bytes(table: pa.Table, tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        save_checkpoint(tmp_path / name, train("mlp_small", table, replace(SHORT, seed=seed)))
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_training_leaves_the_threads_of_torch_as_they_were(table: pa.Table) -> None:
    before = torch.get_num_threads()
    train("mlp_small", table, replace(SHORT, epochs=1, polish=0))
    assert torch.get_num_threads() == before


def test_held_out_rows_have_no_part_in_the_model(table: pa.Table) -> None:
    held_out = [SOURCES[1]]
    spoilt = table.set_column(
        table.column_names.index("vmaf_unclipped"),
        "vmaf_unclipped",
        pa.array(np.where(column(table, "source") == SOURCES[1], -1e6, column(table, "vmaf_unclipped"))),
    )
    clean, other = (train("mlp_small", split_by_source(t, held_out).train, SHORT) for t in (table, spoilt))
    for name, value in clean.state_dict.items():
        assert torch.equal(value, other.state_dict[name])
    assert SOURCES[1] not in clean.training["sources"]


def test_the_scaler_is_of_the_training_rows_and_survives_a_constant() -> None:
    features = np.random.default_rng(0).normal(3, 2, (100, 6))
    features[:, 4] = 0.25
    scaler = Scaler.of(features)
    np.testing.assert_array_equal(scaler.mean, features.mean(axis=0))
    assert scaler.std[4] == 1.0
    assert scaler.std[0] == pytest.approx(features[:, 0].std())


def test_the_record_says_how_it_was_trained(checkpoint: Checkpoint, table: pa.Table) -> None:
    record = checkpoint.training
    assert (record["n_rows"], record["sources"]) == (table.num_rows, list(SOURCES))
    assert record["recipe"]["epochs"] == QUICK.epochs
    assert record["target"] == "vmaf_unclipped"
    np.testing.assert_array_equal(record["feature_max"], features_of(table).max(axis=0))


def test_progress_reaches_its_total(table: pa.Table) -> None:
    seen: list[tuple[int, int]] = []
    train("mlp_small", table, SHORT, lambda n_done, n_total: seen.append((n_done, n_total)))
    assert seen[-1] == (27, 27)
    assert seen == sorted(seen)


def test_any_depth_trains_and_comes_back(table: pa.Table, tmp_path: Path) -> None:
    deep = train(DEEP, table, SHORT)
    save_checkpoint(tmp_path / "deep.ckpt", deep)
    back = load_checkpoint(tmp_path / "deep.ckpt")
    assert (back.arch, back.hidden) == (DEEP, (12, 10, 8, 6))
    np.testing.assert_array_equal(scores(back, table), scores(deep, table))
    assert torch.load(tmp_path / "deep.ckpt", weights_only=True)["hidden"] == [12, 10, 8, 6]


def test_one_net_has_one_name() -> None:
    assert arch_of((64, 32, 16)) == "mlp_large"
    assert arch_of([5]) == "mlp_5"
    for arch in ("mlp_small", "mlp_128_64_32", "mlp_5"):
        assert arch_of(hidden_of(arch)) == arch


@pytest.mark.parametrize("name", ["mlp", "mlp_huge", "mlp_8_0", "mlp_8__4", "cnn_8", "mlp_-8"])
def test_an_architecture_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument, match=r"There is no architecture .*; give mlp_small, "):
        hidden_of(name)


def test_a_net_of_a_stack_is_the_net_that_its_rows_give_alone(table: pa.Table) -> None:
    """Full batches, so that the order of rows is the only thing that a left-out source changes."""
    recipe = replace(QUICK, epochs=20, polish=0, batch_size=10_000)
    sources = column(table, "source")
    kept = np.stack([sources != left_out for left_out in SOURCES], axis=1)
    for b, net in enumerate(fit((8, 4), table, kept, recipe)):
        alone = train("mlp_8_4", table.filter(pa.array(kept[:, b])), recipe)
        together = Checkpoint("mlp_8_4", net.state_dict(), alone.mean, alone.std, {})
        torch.testing.assert_close(net.mean, alone.model().mean)
        np.testing.assert_allclose(scores(together, table), scores(alone, table), rtol=1e-3)


def test_a_net_of_a_stack_knows_nothing_of_its_left_out_rows(table: pa.Table) -> None:
    kept = np.stack([column(table, "source") != source for source in SOURCES], axis=1)
    spoilt = table
    for name in ("vmaf_unclipped", "vmaf", "vif_scale2"):
        values = np.where(kept[:, 1], column(table, name), 50.0)
        spoilt = spoilt.set_column(spoilt.column_names.index(name), name, pa.array(values))
    recipe = replace(SHORT, epochs=4)
    clean, other = (fit((8,), one, kept, recipe)[1].state_dict() for one in (table, spoilt))
    for name, value in clean.items():
        torch.testing.assert_close(value, other[name], rtol=0, atol=0)


def test_the_published_recipe_is_adam_on_the_clipped_score(table: pa.Table) -> None:
    """Against torch's own Adam and Linear layers, which know nothing of stacks."""
    recipe = replace(PUBLISHED, epochs=3)
    found = train("mlp_small", table, recipe)
    features, target = torch.from_numpy(features_of(table)).float(), torch.tensor(column(table, "vmaf"))
    torch.manual_seed(0)
    net = FusionMLP(found.hidden, found.mean, found.std)
    torch.nn.init.constant_(net.mlp[-1].bias, float(target.mean()))  # type: ignore[arg-type]
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(recipe.epochs):
        for index in torch.split(torch.randperm(len(target)), 256):
            adam.zero_grad()
            torch.nn.functional.mse_loss(net(features[index]), target[index].float()).backward()
            adam.step()
    for name, value in found.state_dict.items():
        torch.testing.assert_close(value, net.state_dict()[name], rtol=1e-3, atol=1e-4)
    assert (found.training["target"], PUBLISHED.epochs, PUBLISHED.batch_size) == ("vmaf", 90, 256)


def test_averaging_and_decay_are_off_only_where_the_recipe_says_so(table: pa.Table) -> None:
    plain = replace(PUBLISHED, epochs=2, batch_size=64)
    results = [
        train("mlp_small", table, recipe).state_dict["mlp.0.weight"]
        for recipe in (plain, replace(plain, ema_decay=0.9), replace(plain, decays=True))
    ]
    assert not torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


def test_augmented_rows_weigh_what_the_recipe_says(table: pa.Table) -> None:
    codec = np.where(np.arange(table.num_rows) % 2, "jitter", column(table, "codec").astype(str))
    augmented = table.set_column(table.column_names.index("codec"), "codec", pa.array(codec))
    found = [
        train("mlp_8", one, replace(SHORT, weight_augmented=weight)).state_dict["mlp.0.weight"]
        for one, weight in ((table, 0.3), (augmented, 1.0), (augmented, 0.3))
    ]
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def train_words(data: list[Path], out: Path, *more: str) -> list[str]:
    return ["train", "--data", *map(str, data), "--out", str(out), "--epochs", "1", "--polish", "0", *more]


def test_tables_are_taken_together(table: pa.Table, table_file: Path, tmp_path: Path) -> None:
    extra = tmp_path / "augmented.parquet"
    write_table(extra, table.slice(0, 100))
    out = tmp_path / "m.ckpt"
    assert main(train_words([table_file, extra], out, "--hidden", "64,32,16")) == 0
    found = load_checkpoint(out)
    assert (found.arch, found.training["n_rows"]) == ("mlp_large", table.num_rows + 100)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--arch", "mlp_small", "--hidden", "8"], "not allowed with argument"),
        (["--hidden", "8,0"], "widths 8,0 are not all within 1..4096"),
        (["--hidden", "8,9999999"], "are not all within 1..4096"),
        (["--hidden", "8,x"], "invalid arch_of_widths value: '8,x'"),
        (["--arch", "mlp_small", "--polish", "-1"], "-1 is below 0"),
        (["--arch", "mlp_small", "--recipe", "secret"], "invalid choice: 'secret'"),
        ([], "one of the arguments --arch --hidden is required"),
    ],
)
def test_wrong_words_are_usage(words: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(train_words([Path("t.parquet")], Path("m.ckpt"), *words))
    assert stop.value.code == 2
    assert reason in capsys.readouterr().err


def test_a_table_that_can_not_be_trained_on_is_one_sentence(
    table: pa.Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = np.array(column(table, "adm2"))
    spoilt[7] = np.nan
    at = table.column_names.index("adm2")
    write_table(tmp_path / "nan.parquet", table.set_column(at, "adm2", pa.array(spoilt)))
    pq.write_table(table.drop_columns("vmaf"), tmp_path / "short.parquet")
    for name, reason in (
        ("nan.parquet", "has a adm2 that is not finite in row 7; drop the row."),
        ("short.parquet", "lacks the column 'vmaf'"),
    ):
        out = tmp_path / "m.ckpt"
        assert main(train_words([tmp_path / name], out, "--arch", "mlp_small")) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert reason in line
        assert not out.exists()
