output "task_role_arn" {
  description = "The role that the drill roles have to trust (sts:AssumeRole and sts:TagSession)."
  value       = aws_iam_role.task.arn
}

output "cluster_arn" {
  description = "The cluster that the drills run in."
  value       = aws_ecs_cluster.this.arn
}

output "task_definition_arns" {
  description = "What is run, by the names of the drills: for `aws ecs run-task`, to start one by hand."
  value       = { for key, definition in aws_ecs_task_definition.drill : key => definition.arn }
}

output "schedule_arns" {
  description = "The schedules, by the names of the drills."
  value       = { for key, schedule in aws_scheduler_schedule.drill : key => schedule.arn }
}

output "log_group_name" {
  description = "Where the reports are written, one stream for each drill."
  value       = aws_cloudwatch_log_group.this.name
}

output "state_file_system_id" {
  description = "The file system with the runs; the evidence of every drill."
  value       = aws_efs_file_system.state.id
}

output "security_group_id" {
  description = "The security group of the task, for what it has to be let into (a database, a cache)."
  value       = aws_security_group.task.id
}

output "not_started_queue_url" {
  description = "The queue with the starts that failed."
  value       = aws_sqs_queue.not_started.url
}
