"""Clients that give up within a moment, for the calls that hang, and patient ones for all the others.

A short patience for every call would take a slow machine for a dead one.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from drctl.aws import client_config
from drctl.model.failure import CallFailure
from drctl.ports.aws import AwsAccess, AwsCall, AwsClients
from drctl.testing.access import simulated_access
from drctl.testing.simulated import Simulated

_A_MOMENT_S = 0.05


class ImpatientAccess:
    """AWS as `patient` gives it, but for calls that are about to hang (the AwsAccess port)."""

    def __init__(self, patient: AwsAccess, simulated: Simulated) -> None:
        self._patient, self._simulated = patient, simulated
        self._impatient = simulated_access(simulated)

    def for_account(self, account: str | None, step: str | None = None) -> AwsClients:
        return _Clients(self, self._patient.for_account(account), self._impatient.for_account(account))

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        return self._patient.recorded_calls() + self._impatient.recorded_calls()

    def classify(self, error: Exception) -> CallFailure | None:
        return self._patient.classify(error)

    def without_secrets(self, text: str) -> str:
        return self._patient.without_secrets(self._impatient.without_secrets(text))

    def hangs(self, service: str, operation: str, region: str) -> bool:
        """Whether the next such call meets a fault."""
        rules = (rule for rule in self._simulated.app.faults.armed if rule.meets(service, operation, region))
        return any(rule.fault.times is None or rule.struck < rule.fault.times for rule in rules)


class _Clients:
    def __init__(self, access: ImpatientAccess, patient: AwsClients, impatient: AwsClients) -> None:
        self._access, self._patient, self._impatient = access, patient, impatient

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        patient = self._patient.client(service, region, flip=flip, endpoint=endpoint)

        def impatient() -> Any:
            with (
                mock.patch.object(client_config, "READ_TIMEOUT_S", _A_MOMENT_S),
                mock.patch.object(client_config, "FLIP_READ_TIMEOUT_S", _A_MOMENT_S),
            ):
                return self._impatient.client(service, region, flip=flip, endpoint=endpoint)

        return _Client(self._access, service, region, patient, impatient)

    def account_id(self) -> str:
        return self._patient.account_id()


class _Client:
    """The patient client, and the other one for what is about to hang."""

    def __init__(self, access: ImpatientAccess, service: str, region: str, patient: Any, impatient: Any) -> None:
        self._access, self._service, self._region = access, service, region
        self._patient, self._impatient = patient, impatient

    def __getattr__(self, name: str) -> Any:
        return getattr(self._for(name), name)

    def get_paginator(self, name: str) -> Any:
        return self._for(name).get_paginator(name)

    def _for(self, method: str) -> Any:
        operation = self._patient.meta.method_to_api_mapping.get(method)
        hangs = operation is not None and self._access.hangs(self._service, operation, self._region)
        return self._impatient() if hangs else self._patient
