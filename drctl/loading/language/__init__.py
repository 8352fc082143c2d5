"""The runbook language, from its text to single planned steps.

structure, steps, inputs      the text becomes a draft; keys, types and forms are checked
references, conditions        `${{ … }}` and `if:`
gather                        the runbooks that it nests
needs, scope, reference_checks, nesting    each runbook by itself and against what it nests
expansion, frames, instances, items        loops and nested runbooks are unrolled
parameters, samples, kinds    what the actions take
plan_rules, planning          the plan as a whole

`drctl.loading.runbook` is the way in.
"""
