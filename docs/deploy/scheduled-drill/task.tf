resource "aws_ecs_cluster" "this" {
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/drctl/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# One for each drill, so that what is run is fixed here, and nothing that starts it has to say so.
resource "aws_ecs_task_definition" "drill" {
  for_each = var.drills

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  tags                     = var.tags

  container_definitions = jsonencode([
    {
      name                   = "drctl"
      image                  = var.image
      essential              = true
      user                   = "10001:10001"
      readonlyRootFilesystem = true
      # Two minutes are all that Fargate gives: time enough to pause the run and record where it stands.
      stopTimeout = 120
      command = [
        "drill",
        "--runbook", each.value.runbook,
        "--environment", var.environment,
        "--skip-if-blocked",
      ]
      environment = [
        { name = "DRCTL_STATE_DIR", value = "/var/lib/drctl" },
        { name = "AWS_REGION", value = data.aws_region.this.region },
        { name = "AWS_STS_REGIONAL_ENDPOINTS", value = "regional" },
        { name = "NO_COLOR", value = "1" },
      ]
      mountPoints = [
        { sourceVolume = "state", containerPath = "/var/lib/drctl", readOnly = false },
        { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
      ]
      linuxParameters = {
        initProcessEnabled = true
        capabilities       = { drop = ["ALL"] }
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = data.aws_region.this.region
          awslogs-stream-prefix = each.key
        }
      }
    }
  ])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  volume {
    name = "state"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.state.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.state.id
        iam             = "ENABLED"
      }
    }
  }

  volume {
    name = "tmp"
  }
}

resource "aws_security_group" "task" {
  name        = "${var.name}-task"
  description = "The task that drills: nothing comes in"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-task" })
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.task.id
  description       = "The endpoints of AWS, and the recovered application"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "state" {
  security_group_id            = aws_security_group.task.id
  description                  = "The file system with the runs"
  referenced_security_group_id = aws_security_group.state.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_vpc_security_group_egress_rule" "more" {
  for_each = var.egress

  security_group_id = aws_security_group.task.id
  description       = each.value.description
  cidr_ipv4         = each.value.cidr
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port
}
