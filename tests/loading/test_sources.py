"""Names and paths become texts, or a refusal that says what there is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drctl.errors import InputInvalid, NotFound
from drctl.loading.sources import Files, Kind, Source, folders, nested_key, pinned
from drctl.loading.yaml_source import MOST_BYTES


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for place in ("runbooks", "runbooks/estates", "packaged", "packaged/estates"):
        (tmp_path / place).mkdir()
    (tmp_path / "runbooks/own.yaml").write_text("own")
    (tmp_path / "runbooks/both.yml").write_text("mine")
    (tmp_path / "packaged/both.yaml").write_text("theirs")
    (tmp_path / "packaged/region-failover.yaml").write_text("packaged")
    (tmp_path / "packaged/estates/amply.yaml").write_text("estate")
    return tmp_path


def files(here: Path, kind: Kind = Kind.RUNBOOK) -> Files:
    return Files(kind, (here / "runbooks", here / "packaged"))


def test_a_name_is_looked_up_at_home_first_and_then_among_the_packaged(here: Path) -> None:
    assert files(here)("own").text == "own"
    assert files(here)("both").text == "mine"
    assert files(here)("region-failover").text == "packaged"
    assert files(here, Kind.ESTATE)("amply") == Source("amply", str(here / "packaged/estates/amply.yaml"), "estate")


def test_a_path_is_taken_as_it_is(here: Path) -> None:
    path = str(here / "packaged/both.yaml")
    assert files(here)(path) == Source(path, path, "theirs")


def test_the_names_there_are_are_listed_once_each(here: Path) -> None:
    assert files(here).names() == ("both", "own", "region-failover")
    assert files(here, Kind.ESTATE).names() == ("amply",)
    assert files(here, Kind.SCENARIO).names() == ()


def test_an_unknown_name_is_refused_with_the_nearest_and_what_there_is(here: Path) -> None:
    with pytest.raises(NotFound) as refused:
        files(here)("region-failovr")
    assert refused.value.what == "there is no runbook 'region-failovr'"
    assert refused.value.context == ("there is: both, own, region-failover",)
    assert refused.value.hint == "did you mean 'region-failover'?"


def test_a_path_that_is_not_there_is_not_found(here: Path) -> None:
    for path in ("nowhere/region-failover.yaml", "own.yaml/x.yaml", str(here / "runbooks/own.yaml/x.yaml")):
        with pytest.raises(NotFound):
            files(here)(path)


def test_only_regular_files_are_read(here: Path) -> None:
    with pytest.raises(InputInvalid, match="is not a regular file"):
        files(here)(str(here / "runbooks"))
    os.mkfifo(here / "pipe.yaml")
    with pytest.raises(InputInvalid, match="is not a regular file"):
        files(here)(str(here / "pipe.yaml"))


def test_what_is_too_big_or_no_text_is_refused(here: Path) -> None:
    big, binary = here / "big.yaml", here / "binary.yaml"
    big.write_bytes(b"#" * (MOST_BYTES + 1))
    binary.write_bytes(b"runbook: x\ntitle: \xff\n")
    with pytest.raises(InputInvalid, match="larger than 1,000,000 bytes"):
        files(here)(str(big))
    with pytest.raises(InputInvalid, match="is not UTF-8 text") as refused:
        files(here)(str(binary))
    assert refused.value.context == (f"{binary}:2",)
    assert refused.value.exit_code == 2


def test_a_mark_of_the_byte_order_is_no_part_of_the_text(here: Path) -> None:
    (here / "runbooks/bom.yaml").write_bytes(b"\xef\xbb\xbfrunbook: x\n")
    assert files(here)("bom").text == "runbook: x\n"


@pytest.mark.parametrize("name", ["", ".", "..", "a\0b", "a\0b.yaml", "x" * 5000, "~", "é"])
def test_no_name_breaks_the_search(here: Path, name: str) -> None:
    with pytest.raises((NotFound, InputInvalid)):
        files(here)(name)


def test_a_nested_path_counts_from_the_runbook_that_names_it(here: Path) -> None:
    (here / "runbooks/parts").mkdir()
    (here / "runbooks/parts/sub.yaml").write_text("sub")
    parent = files(here)("own")
    assert files(here)("parts/sub.yaml", parent) == Source(
        "parts/sub.yaml", str(here / "runbooks/parts/sub.yaml"), "sub"
    )
    assert files(here)("both", parent).name == "both"


@pytest.mark.parametrize(
    ("parent", "written", "key"),
    [
        ("main", "child", "child"),
        ("main", "./child.yaml", "child.yaml"),
        ("main", "parts/child.yaml", "parts/child.yaml"),
        ("parts/child.yaml", "other.yaml", "parts/other.yaml"),
        ("parts/child.yaml", "../main.yaml", "main.yaml"),
        ("parts/child.yaml", "named", "named"),
    ],
)
def test_a_nested_text_is_pinned_under_one_name_wherever_it_is_read(parent: str, written: str, key: str) -> None:
    assert nested_key(parent, written) == key
    assert pinned({key: "text"})(written, Source(parent, "anywhere", "")).text == "text"


def test_what_was_not_pinned_is_not_found() -> None:
    with pytest.raises(NotFound, match="the run has recorded no runbook 'x'"):
        pinned({"main": ""})("x")


def test_a_checkout_looks_into_its_runbooks_once() -> None:
    checkout = Path(__file__).parents[2]
    assert folders(checkout) == (checkout / "runbooks",)
    elsewhere = folders(Path("/"))
    assert elsewhere == (Path("/runbooks"), checkout / "runbooks")
