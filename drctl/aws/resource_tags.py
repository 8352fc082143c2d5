"""The tags of one resource, as its service tells them. What a service answers of one that is gone passes through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.aws.tags import tags_of


def tags_by_name(client: Any, arn: str) -> Mapping[str, str]:
    """Of RDS and ElastiCache, which call an ARN a resource's name."""
    return tags_of(client.list_tags_for_resource(ResourceName=arn)["TagList"])


def tags_of_ecs(ecs: Any, arn: str) -> Mapping[str, str]:
    return tags_of(ecs.list_tags_for_resource(resourceArn=arn).get("tags"))


def tags_of_queue(sqs: Any, name: str) -> Mapping[str, str]:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return dict(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}))


def tags_of_bucket(s3: Any, name: str) -> Mapping[str, str]:
    return tags_of(s3.get_bucket_tagging(Bucket=name)["TagSet"])


def tags_of_parameter(ssm: Any, name: str) -> Mapping[str, str]:
    return tags_of(ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"])


def tags_of_secret(secretsmanager: Any, id: str) -> Mapping[str, str]:
    """`id` is the secret's name or its ARN."""
    return tags_of(secretsmanager.describe_secret(SecretId=id).get("Tags"))
