# Where runs are kept. A file system and not a bucket: the journal is a file that is locked, and forced to disk before
# every call that changes something, so that a run whose task has died can be taken up again. A bucket can do neither.
resource "aws_efs_file_system" "state" {
  encrypted       = true
  kms_key_id      = var.kms_key_arn
  throughput_mode = "elastic"
  tags            = merge(var.tags, { Name = "${var.name}-state" })

  lifecycle {
    # It holds the evidence.
    prevent_destroy = true
  }
}

resource "aws_efs_backup_policy" "state" {
  file_system_id = aws_efs_file_system.state.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_access_point" "state" {
  file_system_id = aws_efs_file_system.state.id
  tags           = var.tags

  # The user of the image.
  posix_user {
    uid = 10001
    gid = 10001
  }

  root_directory {
    path = "/drctl"

    creation_info {
      owner_uid   = 10001
      owner_gid   = 10001
      permissions = "0750"
    }
  }
}

resource "aws_efs_mount_target" "state" {
  for_each = toset(var.subnet_ids)

  file_system_id  = aws_efs_file_system.state.id
  subnet_id       = each.value
  security_groups = [aws_security_group.state.id]
}

resource "aws_security_group" "state" {
  name        = "${var.name}-state"
  description = "The file system with the runs: the task comes in, nothing goes out"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-state" })
}

resource "aws_vpc_security_group_ingress_rule" "state" {
  security_group_id            = aws_security_group.state.id
  description                  = "The task that drills"
  referenced_security_group_id = aws_security_group.task.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

data "aws_iam_policy_document" "state" {
  statement {
    sid       = "TheTaskThroughItsAccessPoint"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.state.arn]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.task.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.state.arn]
    }
  }

  statement {
    sid       = "NothingUnencrypted"
    effect    = "Deny"
    actions   = ["*"]
    resources = [aws_efs_file_system.state.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_efs_file_system_policy" "state" {
  file_system_id = aws_efs_file_system.state.id
  policy         = data.aws_iam_policy_document.state.json
}
