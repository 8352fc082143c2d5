"""Names and paths become texts: runbooks, environments, estates and scenarios.

A path is taken as it is. A name is looked up in `./runbooks` first and then among the
packaged ones, so that a team's own runbook of the same name comes before ours.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import drctl
from drctl.errors import InputInvalid, NotFound
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import MOST_BYTES

SUFFIXES = (".yaml", ".yml")


class Kind(StrEnum):
    """What a file describes; the value is the folder it is looked for in."""

    RUNBOOK = "."
    ENVIRONMENT = "environments"
    ESTATE = "estates"
    SCENARIO = "scenarios"

    @property
    def noun(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Source:
    """A text, the name it is pinned under, and the file that problems in it are shown with."""

    name: str
    file: str
    text: str


class Sources(Protocol):
    """Where the texts of runbooks come from: files, or the journal of a run."""

    def __call__(self, name: str, beside: Source | None = None) -> Source:
        """The runbook of that name or path; a relative path counts from the runbook `beside`, where there is one.

        Raises NotFound and InputInvalid.
        """


class Files:
    """The files of one kind. `folders` are looked through in order; the first that has the name wins."""

    def __init__(self, kind: Kind, folders: Sequence[Path]) -> None:
        self._kind = kind
        self._folders = tuple(folder / kind.value for folder in folders)

    def __call__(self, name: str, beside: Source | None = None) -> Source:
        key = nested_key(beside.name, name) if beside is not None else name
        if is_path(name):
            path = Path(name) if beside is None else Path(beside.file).parent / name
            return Source(key, os.path.normpath(path), self._read(path))
        for folder in self._folders:
            for suffix in SUFFIXES:
                path = folder / f"{name}{suffix}"
                if _is_there(path):
                    return Source(key, os.path.normpath(path), self._read(path))
        raise self._not_found(name)

    def names(self) -> tuple[str, ...]:
        """Every name there is, sorted."""
        found = set()
        for folder in self._folders:
            if folder.is_dir():
                found |= {path.stem for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file()}
        return tuple(sorted(found))

    def _read(self, path: Path) -> str:
        noun = self._kind.noun
        try:
            # Looked at before it is opened: opening a pipe waits for somebody to write into it.
            if not stat.S_ISREG(path.stat().st_mode):
                raise InputInvalid(f"the {noun} {path} is not a regular file")
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                raise self._not_found(str(path)) from None
            raise InputInvalid(f"the {noun} {path} cannot be read", context=[str(error.strerror or error)]) from None
        except ValueError:
            raise InputInvalid(f"the {noun} {str(path)!r} cannot be the name of a file") from None
        if len(content) > MOST_BYTES:
            raise InputInvalid(f"the {noun} {path} is larger than {MOST_BYTES:,} bytes")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise InputInvalid(f"the {noun} {path} is not UTF-8 text", context=[f"{path}:{line}"]) from None

    def _not_found(self, name: str) -> NotFound:
        there = self.names()
        near = nearest(Path(name).stem if is_path(name) else name, there)
        context = [f"there is: {', '.join(there)}"] if there else []
        hint = f"did you mean {near!r}?" if near else f"looked in {', '.join(map(str, self._folders))}"
        return NotFound(f"there is no {self._kind.noun} {name!r}", context=context, hint=hint)


def folders(here: Path) -> tuple[Path, ...]:
    """Where runbooks are looked for from the folder `here`: its own `runbooks`, and then the packaged ones."""
    package = Path(drctl.__file__).resolve().parent
    packaged = package / "_runbooks"
    # A wheel carries them inside the package; in a checkout they lie beside it.
    packaged = packaged if packaged.is_dir() else package.parent / "runbooks"
    own = here / "runbooks"
    return (own,) if own.resolve() == packaged else (own, packaged)


def pinned(texts: Mapping[str, str]) -> Sources:
    """The texts that the journal of a run has pinned, so that a resumed run follows the runbook it began with."""

    def read(name: str, beside: Source | None = None) -> Source:
        key = nested_key(beside.name, name) if beside is not None else name
        if key not in texts:
            raise NotFound(
                f"the run has recorded no runbook {key!r}", context=[f"there is: {', '.join(sorted(texts))}"]
            )
        return Source(key, f"{key} (as recorded)", texts[key])

    return read


def is_path(name: str) -> bool:
    """Whether `name` is the path of a file and not a name to be looked up."""
    return "/" in name or os.sep in name or name.endswith(SUFFIXES)


def nested_key(parent: str, written: str) -> str:
    """The name under which a runbook nested in `parent` is pinned: the same wherever the run is resumed."""
    if not is_path(written):
        return written
    folder = posixpath.dirname(parent) if is_path(parent) else ""
    return posixpath.normpath(posixpath.join(folder, written))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
