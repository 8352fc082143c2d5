"""Of runners that begin in an environment at once, one looks while the others wait, and they see what it has begun."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from drctl.errors import Refused
from drctl.journal.starting import one_at_a_time


def is_free(state: Path, environment: str) -> bool:
    held = os.open(state / "starting" / environment, os.O_RDWR)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(held)
    return True


def test_it_is_held_until_the_run_is_recorded(tmp_path: Path) -> None:
    with one_at_a_time(tmp_path, "staging") as recorded:
        assert not is_free(tmp_path, "staging")
        recorded()
        assert is_free(tmp_path, "staging")


def test_a_refusal_lets_the_next_one_look(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no"), one_at_a_time(tmp_path, "staging"):
        raise Refused("no")
    assert is_free(tmp_path, "staging")


def test_another_environment_waits_for_nobody(tmp_path: Path) -> None:
    with one_at_a_time(tmp_path, "staging"), one_at_a_time(tmp_path, "sandbox"):
        assert not is_free(tmp_path, "sandbox")


def test_of_many_at_once_no_two_are_between_the_look_and_the_record(tmp_path: Path) -> None:
    inside: list[int] = []
    seen: list[int] = []

    def begin(number: int) -> None:
        with one_at_a_time(tmp_path, "staging") as recorded:
            inside.append(number)
            seen.append(len(inside))
            inside.remove(number)
            recorded()

    runners = [threading.Thread(target=begin, args=(number,)) for number in range(16)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert seen == [1] * 16


def test_a_state_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "starting").write_text("a file")
    with pytest.raises(Refused, match="cannot be written"), one_at_a_time(tmp_path, "staging"):
        pass
