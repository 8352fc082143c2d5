variable "name" {
  description = "What everything that is made here is called, or begins with."
  type        = string
  default     = "drctl-drill"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "Expected 3 to 32 lower-case letters, digits and hyphens, such as drctl-drill."
  }
}

variable "recovery_region" {
  description = "The recovery Region. The provider has to be one of this Region: what drills must not need the Region that may be lost."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.recovery_region))
    error_message = "Expected a Region such as eu-west-1."
  }
}

variable "environment" {
  description = "The environment of drctl, as in `drctl drill --environment`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,63}$", var.environment))
    error_message = "Expected the name of an environment, such as staging."
  }
}

variable "drills" {
  description = "What is drilled when, by a short name for each. Two that run at once disturb each other: leave room between them."
  type = map(object({
    runbook  = string
    schedule = string
    timezone = optional(string, "UTC")
    enabled  = optional(bool, true)
  }))

  validation {
    condition     = length(var.drills) > 0 && alltrue([for key in keys(var.drills) : can(regex("^[a-z][a-z0-9-]{0,20}$", key))])
    error_message = "Expected at least one drill, with a name of up to 21 lower-case letters, digits and hyphens."
  }

  validation {
    condition     = alltrue([for drill in values(var.drills) : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", drill.runbook))])
    error_message = "Expected the name of a runbook that is in the image, such as staging-drill."
  }

  validation {
    condition     = alltrue([for drill in values(var.drills) : can(regex("^(cron|rate)\\(.+\\)$", drill.schedule))])
    error_message = "Expected a schedule such as cron(17 8 ? * TUE *) or rate(7 days)."
  }
}

variable "image" {
  description = "The container image with drctl and your runbooks, by its digest: REPOSITORY@sha256:…, in the recovery Region."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Expected an image by its digest, such as REPOSITORY@sha256:…; a tag can be moved."
  }
}

variable "image_repository_arn" {
  description = "The ECR repository of the image, which the execution role may read."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecr:[a-z0-9-]+:[0-9]{12}:repository/.+$", var.image_repository_arn))
    error_message = "Expected the ARN of an ECR repository."
  }
}

variable "drill_role_arns" {
  description = "The roles of the environment's file (accounts.*.role), which the task may assume. It may do nothing else."
  type        = set(string)

  validation {
    condition     = length(var.drill_role_arns) > 0 && alltrue([for arn in var.drill_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$", arn))])
    error_message = "Expected at least one ARN of a role, without any wildcard."
  }
}

variable "vpc_id" {
  description = "The VPC that the task runs in, in the recovery Region."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "Expected the id of a VPC, such as vpc-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "Subnets of that VPC, one in each of two or more zones, with a way to the endpoints of AWS (NAT or VPC endpoints)."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2 && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "Expected two subnets or more: one zone may be what is lost."
  }
}

variable "egress" {
  description = "Where the task may connect to, besides HTTPS anywhere and its file system: for checks of databases and caches, for instance."
  type = map(object({
    description = string
    cidr        = string
    port        = number
    protocol    = optional(string, "tcp")
  }))
  default = {}

  validation {
    condition     = alltrue([for rule in values(var.egress) : can(cidrhost(rule.cidr, 0)) && rule.port > 0 && rule.port < 65536 && contains(["tcp", "udp"], rule.protocol)])
    error_message = "Expected a CIDR block, a port, and tcp or udp."
  }
}

variable "cpu" {
  description = "CPU units of the task."
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048], var.cpu)
    error_message = "Expected 256, 512, 1024 or 2048."
  }
}

variable "memory" {
  description = "Memory of the task in MiB; Fargate takes two to eight times as many as the CPU units."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory >= 2 * var.cpu && var.memory <= 8 * var.cpu && var.memory % 1024 == 0
    error_message = "Expected whole GiB, from two to eight times the CPU units."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps what the task has written. The evidence itself is the journal on the file system."
  type        = number
  default     = 400

  validation {
    condition     = contains([90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Expected a retention that CloudWatch Logs knows, from 90 days."
  }
}

variable "kms_key_arn" {
  description = "A key of the recovery Region for the file system, the log and the queue. Those of AWS, if left out."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "Expected the ARN of a key (not of an alias)."
  }
}

variable "alarm_topic_arn" {
  description = "An SNS topic of the recovery Region that hears of a drill that failed, and of one that could not be started. Without it nobody is told."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$", var.alarm_topic_arn))
    error_message = "Expected the ARN of a topic."
  }
}

variable "permissions_boundary_arn" {
  description = "A boundary for the three roles, where your account asks for one."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
}
