# A drill that could not be started.
resource "aws_cloudwatch_metric_alarm" "not_started" {
  count = var.alarm_topic_arn == null ? 0 : 1

  alarm_name          = "${var.name}-not-started"
  alarm_description   = "A scheduled drill could not be started: the reason is in the queue ${aws_sqs_queue.not_started.name}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.not_started.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  tags                = var.tags
}

# A drill that ended with another exit code than 0, or without any: failed, refused, held, killed.
resource "aws_cloudwatch_event_rule" "failed" {
  count = var.alarm_topic_arn == null ? 0 : 1

  name        = "${var.name}-failed"
  description = "A scheduled drill did not pass"
  tags        = var.tags

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [aws_ecs_cluster.this.arn]
      lastStatus = ["STOPPED"]
      containers = { exitCode = [{ anything-but = [0] }, { exists = false }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  count = var.alarm_topic_arn == null ? 0 : 1

  rule = aws_cloudwatch_event_rule.failed[0].name
  arn  = var.alarm_topic_arn
}
