"""A run in an environment: a second simulated AWS, reached by its address through the very code that reaches AWS.

Whatever points to the wrong thing is refused with exit code 2, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drctl import bootstrap
from drctl.engine.parts import PauseRequest
from drctl.errors import Refused
from drctl.loading.validation import adapter_of
from drctl.model.estate import Estate
from drctl.bootstrap.texts import estate_of
from drctl.clock import SystemClock
from drctl.sim.control_client import Simulation
from drctl.sim.credentials import key_of
from tests.drills.rehearsing import running_worlds
from tests.fakes.progress import SilentProgress
from tests.simulated import botocore_client

PRODUCTION, STAGING, SANDBOX = "111111111111", "222222222222", "333333333333"
ENVIRONMENT = """\
environment: staging
accounts:
  staging:
    id: "222222222222"
    role: arn:aws:iam::222222222222:role/drctl-recovery
    alias: amply-staging
default_account: staging
regions: [eu-central-1, eu-west-1]
modes: [drill, recover]
endpoint_url: {url}
variables: {{ region: eu-west-1, parameter: /amply/staging/deploy-freeze }}
"""
RUNBOOK = """\
runbook: freeze
title: Hold deployments back
version: 1
objectives: {{ rto: 1h }}
steps:
  - id: freeze
    uses: ssm.put_parameter
    marks: verified
    with: {{ region: "${{{{ env.region }}}}", name: "${{{{ env.parameter }}}}", value: "on" }}
"""
