"""Clients: for the account, the Region and the world that was meant, and for no other."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from drctl.aws.client_config import SIGNED_IN_US_EAST_1, client_config
from drctl.aws.credentials import Account, Keys, session_name
from drctl.aws.sessions import AwsSessions
from drctl.aws.worlds import World
from drctl.errors import GuardRefused, NotFound
from drctl.model.failure import FailureKind
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.credentials import key_of
from drctl.sim.faults import FaultPlan
from tests.fakes.aws import simulated_access
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, START, Simulated

KEYS = Keys("DRCTLSIM" + PRODUCTION, "nothing")


def now() -> datetime:
    return START


def sessions(accounts: dict[str, Account], world: World, keys: Keys | None = KEYS) -> AwsSessions:
    return AwsSessions(
        accounts=accounts, own="production", home_region=RECOVERY, run="dr-1", now=now, world=world, keys=keys
    )


def broken(simulated: Simulated, **fault: Any) -> None:
    simulated.app.faults = FaultPlan.of([Fault(**fault)])


class TestWorlds:
    @pytest.mark.parametrize(
        "endpoint", [None, "https://rds.eu-west-1.amazonaws.com", "http://10.0.0.1:5000", "http://localhost.evil:80"]
    )
    def test_a_simulated_world_is_on_this_machine(self, endpoint: str | None) -> None:
        with pytest.raises(GuardRefused):
            World(simulated=True, endpoint_url=endpoint)

    def test_a_simulated_world_never_uses_this_machines_credentials(self) -> None:
        with pytest.raises(GuardRefused, match="credentials"):
            sessions({}, World(simulated=True, endpoint_url="http://127.0.0.1:1"), keys=None)

    @pytest.mark.parametrize("url", ["https://rds.eu-west-1.amazonaws.com/", "http://169.254.169.254/latest"])
    def test_a_simulated_run_sends_nothing_off_this_machine(self, url: str) -> None:
        """The last check is on the very request that would leave."""
        with pytest.raises(GuardRefused, match="does not talk to"):
            _send(World(simulated=True, endpoint_url="http://127.0.0.1:5000"), url)

    @pytest.mark.parametrize("url", ["http://127.0.0.1:5000/", "http://localhost:4566/", "http://[::1]:4566/"])
    def test_a_run_against_aws_does_not_talk_to_this_machine(self, url: str) -> None:
        with pytest.raises(GuardRefused, match="does not talk to"):
            _send(World(simulated=False), url)

    def test_an_environment_may_name_an_endpoint_on_this_machine(self) -> None:
        world = World(simulated=False, endpoint_url="http://127.0.0.1:4566")
        assert _send(world, "http://127.0.0.1:4566/") == "http://127.0.0.1:4566/"

    def test_an_account_in_front_of_a_loopback_host_is_taken_off(self) -> None:
        """S3 Control puts it there, and no resolver knows that name."""
        world = World(simulated=True, endpoint_url="http://127.0.0.1:5000")
        assert _send(world, "http://111111111111.127.0.0.1:5000/v20180820/x") == "http://127.0.0.1:5000/v20180820/x"

    def test_an_endpoint_of_the_process_environment_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An exported variable must not send a real recovery to an emulator."""
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
        monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
        role = f"arn:aws:iam::{PRODUCTION}:role/drctl-recovery"
        real = sessions({"production": Account(PRODUCTION, role)}, World(simulated=False)).for_account(None)
        assert real.client("rds", RECOVERY).meta.endpoint_url == "https://rds.eu-west-1.amazonaws.com"
        assert real.client("sts", RECOVERY).meta.endpoint_url == "https://sts.eu-west-1.amazonaws.com"

    def test_a_profile_of_the_machine_does_not_reach_a_simulated_world(
        self, simulated: Simulated, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The simulation is in this process here, and reads the environment when it is first asked.
        simulated.client("rds", RECOVERY).describe_db_instances()
        monkeypatch.setenv("AWS_PROFILE", "a-profile-that-is-not-there")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
        aws = simulated_access(simulated).for_account(None)
        assert aws.client("rds", RECOVERY).describe_db_instances()["DBInstances"] == []

    def test_a_customers_own_endpoint_is_used_at_aws_and_never_leaves_a_simulated_world(
        self, simulated: Simulated
    ) -> None:
        """Whatever address a runbook holds, a drill stays on this machine."""
        role = f"arn:aws:iam::{PRODUCTION}:role/drctl-recovery"
        real = sessions({"production": Account(PRODUCTION, role)}, World(simulated=False)).for_account(None)
        drill = simulated_access(simulated).for_account(None)
        own = "https://1a2b.route53-recovery-cluster.us-west-2.amazonaws.com/v1"
        for aws, reached in ((real, own), (drill, simulated.url)):
            client = aws.client("route53-recovery-cluster", "us-west-2", endpoint=own)
            assert client.meta.endpoint_url == reached


class TestAccounts:
    def test_the_role_of_each_account_is_assumed(self, simulated: Simulated) -> None:
        access = simulated_access(simulated, run="dr-prod-20261123-k7f3")
        for name, id in (("production", PRODUCTION), ("shared-services", SHARED_SERVICES)):
            who = access.for_account(name).client("sts", RECOVERY).get_caller_identity()
            assert who["Account"] == id
            assert who["Arn"].endswith("drctl-recovery/drctl-dr-prod-20261123-k7f3")
        assert access.for_account("shared-services").account_id() == SHARED_SERVICES

    def test_the_environments_own_account_needs_no_name(self, simulated: Simulated) -> None:
        assert simulated_access(simulated).for_account(None).account_id() == PRODUCTION

    def test_an_account_nobody_named_is_not_found(self, simulated: Simulated) -> None:
        with pytest.raises(NotFound, match="staging"):
            simulated_access(simulated).for_account("staging")

    def test_a_role_of_another_account_is_refused(self) -> None:
        accounts = {"production": Account(PRODUCTION, f"arn:aws:iam::{SHARED_SERVICES}:role/drctl-recovery")}
        with pytest.raises(GuardRefused, match="another account"):
            sessions(accounts, World(simulated=False))

    def test_base_credentials_of_another_account_are_refused(self, simulated: Simulated) -> None:
        """Without a role, whose credentials they are is asked before anything else."""
        world = World(simulated=True, endpoint_url=simulated.url)
        access = sessions({"production": Account(PRODUCTION)}, world, _keys(SHARED_SERVICES))
        with pytest.raises(GuardRefused, match=SHARED_SERVICES):
            access.for_account(None).client("rds", RECOVERY)

    def test_who_we_are_in_an_account_can_be_asked_beforehand(self, simulated: Simulated) -> None:
        """A preflight asks it of every account, while nothing has been changed yet."""
        assert simulated_access(simulated, run="dr-1").confirm("shared-services") == (
            f"arn:aws:sts::{SHARED_SERVICES}:assumed-role/drctl-recovery/drctl-dr-1"
        )

    def test_base_credentials_of_the_right_account_are_used(self, simulated: Simulated) -> None:
        world = World(simulated=True, endpoint_url=simulated.url)
        access = sessions({"production": Account(PRODUCTION)}, world, _keys(PRODUCTION))
        access.for_account(None).client("rds", RECOVERY).describe_db_instances()
        assert [call.operation for call in access.recorded_calls()] == ["GetCallerIdentity", "DescribeDBInstances"]

    @pytest.mark.parametrize(("run", "name"), [("dr-1", "drctl-dr-1"), ("a b/c", "drctl-a-b-c"), ("x" * 99, None)])
    def test_the_session_is_named_after_the_run(self, run: str, name: str | None) -> None:
        """In words STS takes, so that CloudTrail shows which run did it."""
        assert session_name(run) == (name or "drctl-" + "x" * 58)


class TestCredentials:
    def test_a_role_is_assumed_once_and_again_before_it_expires(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)

        def assumed() -> int:
            access.for_account(None).client("rds", RECOVERY).describe_db_instances()
            return [call.operation for call in access.recorded_calls()].count("AssumeRole")

        assert assumed() == 1
        assert assumed() == 0
        simulated.advance(timedelta(hours=3))
        assert assumed() == 1

    def test_credentials_that_aws_calls_expired_are_fetched_anew(self, simulated: Simulated) -> None:
        """So that backing off and trying again is all an engine has to do."""
        access = simulated_access(simulated)
        clients = access.for_account(None)
        clients.client("rds", RECOVERY).describe_db_instances()
        broken(simulated, service="rds", kind=FaultKind.SERVER_ERROR, code="ExpiredToken")
        with pytest.raises(ClientError) as raised:
            clients.client("rds", RECOVERY).describe_db_instances()
        failure = access.classify(raised.value)
        assert failure is not None
        assert failure.kind is FailureKind.EXPIRED
        access.recorded_calls()

        clients.client("rds", RECOVERY).describe_db_instances()
        assert [call.operation for call in access.recorded_calls()] == ["AssumeRole", "DescribeDBInstances"]

    def test_keys_are_not_shown(self) -> None:
        assert "nothing" not in repr(KEYS)


class TestRecording:
    def test_calls_are_recorded_with_region_and_request_id_and_given_once(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        access.for_account(None).client("rds", PRIMARY).describe_db_instances()
        assume, describe = access.recorded_calls()
        assert (assume.service, assume.operation, assume.region) == ("sts", "AssumeRole", RECOVERY)
        assert (describe.service, describe.operation, describe.region) == ("rds", "DescribeDBInstances", PRIMARY)
        assert describe.request_id
        assert describe.failed == ""
        assert access.recorded_calls() == ()

    def test_a_thread_sees_its_own_calls_only(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        access.for_account(None).client("rds", RECOVERY).describe_db_instances()
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(len(access.recorded_calls())))
        thread.start()
        thread.join()
        assert seen == [0]
        assert len(access.recorded_calls()) == 2

    def test_a_failure_knows_where_its_call_was_sent(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        with pytest.raises(ClientError) as raised:
            access.for_account(None).client("rds", RECOVERY).describe_db_instances(DBInstanceIdentifier="nobody")
        failure = access.classify(raised.value)
        assert failure is not None
        assert str(failure).startswith("rds:DescribeDBInstances in eu-west-1: DBInstanceNotFound")
        assert access.recorded_calls()[-1].failed == "DBInstanceNotFound"

    def test_a_lost_region_is_recorded_as_a_call_that_failed(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        client = access.for_account(None).client("rds", PRIMARY, flip=True)
        simulated.world.lost_regions.add(PRIMARY)
        with pytest.raises(ConnectionClosedError) as raised:
            client.describe_db_instances()
        failure = access.classify(raised.value)
        assert failure is not None
        assert (failure.kind, failure.region) == (FailureKind.AMBIGUOUS, PRIMARY)
        assert access.recorded_calls()[-1].failed == "ConnectionClosedError"

    def test_a_call_that_never_left_for_want_of_credentials_is_not_recorded(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        broken(simulated, service="sts", operation="AssumeRole", kind=FaultKind.DENIED)
        with pytest.raises(ClientError) as raised:
            access.for_account(None).client("rds", RECOVERY).describe_db_instances()
        failure = access.classify(raised.value)
        assert failure is not None
        assert (failure.kind, failure.service, failure.operation) == (FailureKind.AUTH, "sts", "AssumeRole")
        assert [call.operation for call in access.recorded_calls()] == ["AssumeRole"]

    def test_a_global_service_is_recorded_where_its_control_plane_is(self, simulated: Simulated) -> None:
        """Route 53 signs for us-east-1, so that the loss of any other Region does not take it along."""
        access = simulated_access(simulated)
        access.for_account(None).client("route53", PRIMARY).list_hosted_zones()
        assert access.recorded_calls()[-1].region == "us-east-1"

    def test_aws_itself_is_asked_in_the_same_region_as_the_simulated_one(self) -> None:
        """A drill and a recovery sign for the same Regions."""
        role = f"arn:aws:iam::{PRODUCTION}:role/drctl-recovery"
        real = sessions({"production": Account(PRODUCTION, role)}, World(simulated=False)).for_account(None)
        for service in SIGNED_IN_US_EAST_1:
            assert real.client(service, PRIMARY)._request_signer.region_name == "us-east-1", service


class TestClients:
    def test_a_flip_is_sent_once(self, simulated: Simulated) -> None:
        """Under a broken connection the SDK would send it again, and flip back."""
        rds = simulated.client("rds", RECOVERY)
        rds.create_db_instance(
            DBInstanceIdentifier="amply-prod", DBInstanceClass="db.t3.small", Engine="postgres", AllocatedStorage=20,
            MasterUsername="amply", MasterUserPassword="not-a-secret",
        )  # fmt: skip
        simulated.advance(timedelta(hours=1))
        access = simulated_access(simulated)
        client = access.for_account(None).client("rds", RECOVERY, flip=True)
        broken(simulated, service="rds", operation="RebootDBInstance", kind=FaultKind.ANSWER_LOST, times=None)
        with pytest.raises(ConnectionClosedError) as raised:
            client.reboot_db_instance(DBInstanceIdentifier="amply-prod")
        failure = access.classify(raised.value)
        assert failure is not None
        assert failure.kind is FailureKind.AMBIGUOUS
        assert len(simulated.calls("rds", "RebootDBInstance")) == 1

    def test_other_calls_are_tried_five_times_and_wait_for_an_answer_for_half_a_minute(self) -> None:
        real = World(simulated=False)
        plain, flip = (client_config("r1", real, flip=flip) for flip in (False, True))
        assert (plain.retries["total_max_attempts"], plain.connect_timeout, plain.read_timeout) == (5, 5, 30)
        assert (flip.retries["total_max_attempts"], flip.connect_timeout, flip.read_timeout) == (1, 5, 60)
        assert plain.user_agent is None, "AWS is told which SDK asks"

    def test_in_a_simulated_world_the_engine_alone_tries_again(self, simulated: Simulated) -> None:
        client = simulated_access(simulated).for_account(None).client("rds", RECOVERY)
        assert client.meta.config.retries["total_max_attempts"] == 1

    def test_a_client_is_made_once_and_shared(self, simulated: Simulated) -> None:
        access = simulated_access(simulated)
        first = access.for_account(None).client("rds", RECOVERY)
        assert access.for_account("production").client("rds", RECOVERY) is first
        assert access.for_account(None).client("rds", PRIMARY) is not first
        assert access.for_account("shared-services").client("rds", RECOVERY) is not first

    def test_buckets_and_s3_control_are_reached_on_loopback(self, simulated: Simulated) -> None:
        """Both would put something before the host's name."""
        aws = simulated_access(simulated).for_account(None)
        aws.client("s3", RECOVERY).create_bucket(
            Bucket="amply-storage-prod", CreateBucketConfiguration={"LocationConstraint": RECOVERY}
        )
        assert [b["Name"] for b in aws.client("s3", RECOVERY).list_buckets()["Buckets"]] == ["amply-storage-prod"]
        points = aws.client("s3control", "us-west-2").list_multi_region_access_points(AccountId=PRODUCTION)
        assert points["AccessPoints"] == []


def _keys(account: str) -> Keys:
    key = key_of(account)
    return Keys(key.access_key, key.secret_key)


class _Request:
    def __init__(self, url: str) -> None:
        self.url = url


class _Events:
    """botocore's emitter, as far as a guard needs it."""

    def __init__(self) -> None:
        self.handlers: list[Any] = []

    def register(self, event: str, handler: Any) -> None:
        assert event == "before-send"
        self.handlers.append(handler)


def _send(world: World, url: str) -> str:
    events, request = _Events(), _Request(url)
    world.watch(events)
    for handler in events.handlers:
        handler(request=request, event_name="before-send.rds.DescribeDBInstances")
    return request.url
