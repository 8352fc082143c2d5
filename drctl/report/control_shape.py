"""The shape of the run document's `controls`: what frameworks ask of a test of recovery, and what a run gives them."""

from __future__ import annotations

from enum import StrEnum

# Not typing's: before Python 3.12 pydantic can make a schema of this one only.
from typing_extensions import TypedDict


class Supplied(StrEnum):
    """Whether the run is the evidence that a control asks for."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ControlSection(TypedDict):
    """One clause of a framework, and what this run is worth for it. An auditor decides; this says where to look."""

    framework: str
    clause: str
    asks: str
    """What it asks, in our own words."""
    fields: list[str]
    """The parts of the run document that serve it."""
    supplied: Supplied
    because: str
    """The reason, from facts of the run."""
