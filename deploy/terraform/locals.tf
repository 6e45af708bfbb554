# Apart from the resources, so that the tests can evaluate it without the provider.
locals {
  zips = fileset(var.release, "*.zip")

  parameters = merge({
    ArtifactBucket      = var.artifact_bucket
    ArtifactPrefix      = var.artifact_prefix
    Stage               = var.stage
    Mode                = var.mode
    AlarmTopic          = var.alarm_topic
    ReportsTo           = var.report_bucket
    PassRoles           = join(",", var.pass_roles)
    ReservedConcurrency = tostring(var.reserved_concurrency)
  }, var.parameters)
}
