# SPDX-License-Identifier: BSD-3-Clause
"""Scenes, words, and folders of one's own pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vmaf_dnn import InvalidArgument
from vmaf_train.plans.augment import shaken
from vmaf_train.plans.folder import read_folder
from vmaf_train.plans.pictures import END, NO_WORD, Vocabulary
from vmaf_train.plans.scenes import is_held_out, make_scenes, make_single_things, sentences


def test_there_are_2628_sentences_of_15_words_and_a_tenth_is_held_out() -> None:
    every = list(sentences())
    assert len(set(every)) == len(every) == 36 + 2 * 36 * 36
    assert len(Vocabulary.of(every).words) == 16
    assert 0.08 < sum(map(is_held_out, every)) / len(every) < 0.12


def test_scenes_are_the_same_for_a_seed_and_keep_sentences_apart() -> None:
    one, same = (make_scenes(40, 7, held_out=True) for _ in range(2))
    assert np.array_equal(one.pixels, same.pixels)
    assert one.sentences == same.sentences
    assert all(map(is_held_out, one.sentences))
    assert not any(map(is_held_out, make_scenes(40, 7, held_out=False).sentences))
    assert not np.array_equal(one.pixels, make_scenes(40, 8, held_out=True).pixels)


def test_every_sentence_is_one_that_a_scene_can_have() -> None:
    assert set(make_scenes(60, 1, held_out=False).sentences) <= set(sentences())


def test_single_things_cover_18_classes() -> None:
    things = make_single_things(2, 0)
    assert len(things) == 36
    assert len(set(things.labels)) == 18
    assert all(
        sentence.endswith(label) for sentence, label in zip(things.sentences, things.labels, strict=True)
    )


def test_words_become_numbers_and_come_back() -> None:
    vocabulary = Vocabulary.of(["a red dog", "a cat"])
    assert vocabulary.words == ("<end>", "a", "cat", "dog", "red")
    assert vocabulary.ids(["a cat"]).tolist() == [[1, 2, END, NO_WORD]]
    assert vocabulary.sentence([1, 4, 3, END, 2]) == "a red dog"
    with pytest.raises(InvalidArgument, match="the word 'bird', expected at most 3 of 4 known words"):
        vocabulary.ids(["a bird"])
    with pytest.raises(InvalidArgument, match="has 4 words"):
        vocabulary.ids(["a red red dog"])


def shaken_by(seed: int, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return shaken(pixels, np.random.default_rng(seed))


def test_shaken_pictures_are_the_same_for_a_seed_and_leave_what_was_given() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 64, 64, 3), dtype=np.uint8)
    given = pixels.copy()
    one, same, other = (shaken_by(seed, pixels) for seed in (1, 1, 2))
    assert one.shape == pixels.shape
    assert one.dtype == np.uint8
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.array_equal(pixels, given)


def test_shaken_pictures_keep_their_colour() -> None:
    pixels = np.full((20, 64, 64, 3), (200, 30, 90), np.uint8)
    assert np.array_equal(shaken_by(0, pixels), pixels)


def test_shaken_things_move_and_grow_no_farther_than_stated() -> None:
    pixels = np.zeros((200, 64, 64, 3), np.uint8)
    pixels[:, 17:47, 17:47] = 255  # larger than what covers it
    boxes = []
    for one in shaken_by(0, pixels):
        rows, columns = (np.flatnonzero(one[..., 0].max(axis) > 127) for axis in (1, 0))
        boxes.append((rows[0], rows[-1], columns[0], columns[-1]))
    top, bottom, left, right = np.array(boxes).T
    assert np.abs((top + bottom + 1) / 2 - 32).max() < 13
    assert np.abs((left + right + 1) / 2 - 32).max() < 13
    assert 42 < (bottom + 1 - top).max() < 30 * 1.35 * (np.cos(0.175) + np.sin(0.175))
    assert len(set(boxes)) > 150


def test_half_of_shaken_pictures_are_mirrored_and_half_covered_in_part() -> None:
    sides = np.zeros((200, 64, 64, 3), np.uint8)
    sides[:, :, 32:] = 255
    right_is_dark = shaken_by(0, sides)[:, :, 40:, 0].mean((1, 2)) < 127
    assert 0.4 < right_is_dark.mean() < 0.6
    noise = np.random.default_rng(0).integers(0, 256, (200, 64, 64, 3), dtype=np.uint8)
    squares = sliding_window_view(shaken_by(0, noise)[..., 0], (8, 8), (1, 2))
    flat = (squares.min((-1, -2)) == squares.max((-1, -2))).any((1, 2))
    assert 0.4 < flat.mean() < 0.6


def folder_of(tmp_path: Path, table: str) -> Path:
    (tmp_path / "captions.csv").write_text(table)
    return tmp_path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    image = pytest.importorskip("PIL.Image")
    scenes = make_scenes(60, 3, held_out=False)
    lines = ["file,caption,label"]
    for i, (pixels, sentence) in enumerate(zip(scenes.pixels, scenes.sentences, strict=True)):
        image.fromarray(pixels).save(tmp_path / f"{i}.png")
        lines.append(f'{i}.png,"{sentence}",{sentence.split()[3]}')
    return folder_of(tmp_path, "\n".join(lines))


def test_a_folder_keeps_some_pictures_apart_whatever_their_order(pictures: Path) -> None:
    train, judged = read_folder(pictures)
    assert len(train) > 30
    assert 1 <= len(judged) < 20
    assert set(train.labels) <= {"circle", "square", "triangle"}
    head, *rows = (pictures / "captions.csv").read_text().splitlines()
    folder_of(pictures, "\n".join([head, *reversed(rows)]))
    assert sorted(read_folder(pictures)[0].sentences) == sorted(train.sentences)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("", "has the columns of an empty file, expected file, caption and perhaps label"),
        ("name,text\n", "has the columns name, text, expected file"),
        ("file,caption\na.png,\n", "line 2, has 0 words for the file 'a.png'"),
        ("file,caption\n,a dog\n", "has 2 words for the file ''"),
        ("file,caption\na.png," + "a " * 41, "has 41 words"),
        ("file,caption\na.png," + "a" * 33, "has a word of 33 letters, expected up to 32"),
        ('file,caption\na.png,"a dog', "is not CSV"),
        ("file,caption\nmissing.png,a dog\n", "The picture .*missing.png does not exist; check the path"),
    ],
)
def test_refuses_tables_that_name_no_pictures(tmp_path: Path, table: str, reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        read_folder(folder_of(tmp_path, table))


def test_refuses_a_folder_without_a_table_or_with_too_few_pictures(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"captions\.csv does not exist; list the pictures there"):
        read_folder(tmp_path)
    image = pytest.importorskip("PIL.Image")
    image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    with pytest.raises(InvalidArgument, match="lists 1 pictures, too few"):
        read_folder(folder_of(tmp_path, "file,caption\na.png,a dog\n"))
    (tmp_path / "captions.csv").write_bytes(b"file,caption\n\xff")
    with pytest.raises(InvalidArgument, match="is not UTF-8"):
        read_folder(tmp_path)
