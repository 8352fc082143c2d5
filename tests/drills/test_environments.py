"""A run in an environment: a second simulated AWS, reached by its address through the very code that reaches AWS.

Whatever points to the wrong thing is refused with exit code 2, and nothing is changed.
"""

from __future__ import annotations

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
