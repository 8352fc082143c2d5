"""How long the states of the simulated AWS last, where a scenario says nothing else.

Each is what an operator sees in a small production estate, rounded; the table is here
to be read and overridden, by measurements of one's own estate above all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

DEFAULTS: Mapping[str, timedelta] = MappingProxyType(
    {
        # RDS: a restore is `creating`, then `backing-up`, then (Multi-AZ) `modifying`, then `available`.
        "rds.restore": timedelta(minutes=12),
        "rds.create": timedelta(minutes=6),
        "rds.backup": timedelta(minutes=2),
        "rds.multi_az": timedelta(minutes=4),
        "rds.modify": timedelta(minutes=3),
        # A renamed instance answers to its old name for a while, and then restarts under the new one.
        "rds.rename": timedelta(minutes=4),
        "rds.reboot": timedelta(minutes=1),
        "rds.delete": timedelta(minutes=5),
        "rds.snapshot": timedelta(minutes=3),
        "rds.snapshot_copy": timedelta(minutes=12),
        # A promoted replica is still `available`, and a replica, for a moment after the call.
        "rds.promote_start": timedelta(minutes=1),
        "rds.promote": timedelta(minutes=5),
        "rds.replica": timedelta(minutes=24),
        "rds.replica_lag": timedelta(seconds=8),
        "rds.failover": timedelta(seconds=90),
        # The zones are told some minutes after the standby has taken over.
        "rds.failover_shown": timedelta(minutes=3),
        # How far the automated backups in another Region trail those at home.
        "rds.backup_replication": timedelta(minutes=5),
        # An Aurora global database: how far a secondary is behind, and how long its writer takes to move.
        "aurora.global_lag": timedelta(seconds=1),
        "aurora.global_verify": timedelta(seconds=30),
        "aurora.global_move": timedelta(minutes=2),
        # After a failover the old primary is built anew from the new one, once its Region is back.
        "aurora.global_resync": timedelta(minutes=20),
        "rds.stop": timedelta(minutes=2),
        "rds.start": timedelta(minutes=5),
        "elasticache.create": timedelta(minutes=8),
        # A group that loads a snapshot or a file first.
        "elasticache.restore": timedelta(minutes=11),
        "elasticache.snapshot": timedelta(minutes=3),
        "elasticache.modify": timedelta(minutes=5),
        "elasticache.failover": timedelta(minutes=1),
        # The node that was the primary is replaced.
        "elasticache.recover": timedelta(minutes=7),
        "elasticache.delete": timedelta(minutes=3),
        "elasticache.global": timedelta(minutes=5),
        "ecs.task_start": timedelta(seconds=45),
        "ecs.task_run": timedelta(seconds=60),
        "ecs.task_stop": timedelta(seconds=30),
        "ecs.deployment_settle": timedelta(seconds=60),
        "elb.target_healthy": timedelta(seconds=40),
        "elb.drain": timedelta(seconds=60),
        "cloudfront.deploy": timedelta(minutes=4),
        "cloudfront.invalidate": timedelta(minutes=1),
        "route53.insync": timedelta(seconds=40),
        # How long after its deletion a bucket's name cannot be used again.
        "s3.bucket_name": timedelta(minutes=10),
        # A batch job first lists what it is to do, then does it.
        "s3.batch_prepare": timedelta(minutes=5),
        "s3.batch_run": timedelta(minutes=10),
        "s3.mrap_routes": timedelta(minutes=2),
        "s3.replication": timedelta(seconds=90),
        "secretsmanager.replicate": timedelta(seconds=15),
        "ses.verify": timedelta(minutes=5),
        "sqs.move": timedelta(seconds=30),
        # Terraform refreshes what it knows; a load balancer, the slowest of what it makes here, takes three minutes.
        "terraform.plan": timedelta(seconds=45),
        "terraform.apply": timedelta(minutes=4),
    }
)
"""Every lag that has a name; a scenario can override these and no others."""
