data "aws_region" "this" {}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
  tags = var.tags
}

resource "aws_scheduler_schedule" "drill" {
  for_each = var.drills

  name                         = "${var.name}-${each.key}"
  description                  = "Drills ${each.value.runbook} in ${var.environment}"
  group_name                   = aws_scheduler_schedule_group.this.name
  state                        = each.value.enabled ? "ENABLED" : "DISABLED"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = each.value.timezone
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn     = aws_ecs_task_definition.drill[each.key].arn
      launch_type             = "FARGATE"
      platform_version        = "1.4.0"
      task_count              = 1
      enable_ecs_managed_tags = true

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = [aws_security_group.task.id]
        assign_public_ip = false
      }
    }

    # What could not be started within the hour is not started late: its next turn comes anyway.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 5
    }

    dead_letter_config {
      arn = aws_sqs_queue.not_started.arn
    }
  }

  lifecycle {
    precondition {
      condition     = data.aws_region.this.region == var.recovery_region
      error_message = "The provider is one of another Region than recovery_region."
    }
  }

  # Without it, the first start after everything was made would be refused.
  depends_on = [aws_iam_role_policy.scheduler]
}

# Starts that failed: the task could not be placed, the image or a role is gone.
resource "aws_sqs_queue" "not_started" {
  name                      = "${var.name}-not-started"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}
