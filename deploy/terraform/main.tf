# The released template as a stack. It stays a stack, so that there is one description of what Taskwire is.

resource "aws_s3_object" "zip" {
  for_each = local.zips

  bucket = var.artifact_bucket
  key    = "${var.artifact_prefix}/${each.value}"
  source = "${var.release}/${each.value}"

  # The name carries the hash of its content. An older one goes only after the stack uses the newer one.
  lifecycle {
    create_before_destroy = true
  }
}

# From the bucket: CloudFormation takes at most 51,200 bytes otherwise.
resource "aws_s3_object" "template" {
  bucket = var.artifact_bucket
  key    = "${var.artifact_prefix}/taskwire-${filesha256("${var.release}/taskwire.template.json")}.template.json"
  source = "${var.release}/taskwire.template.json"

  lifecycle {
    create_before_destroy = true
  }
}

data "aws_s3_bucket" "artifacts" {
  bucket = var.artifact_bucket
}

resource "aws_cloudformation_stack" "taskwire" {
  name         = "taskwire-${var.stage}"
  template_url = "https://${data.aws_s3_bucket.artifacts.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  parameters   = local.parameters
  capabilities = ["CAPABILITY_NAMED_IAM"]
  tags         = merge({ application = "taskwire", stage = var.stage }, var.tags)

  depends_on = [aws_s3_object.zip]
}
