variable "release" {
  description = "The folder that `npm run release` made."
  type        = string

  validation {
    condition     = fileexists("${var.release}/taskwire.template.json")
    error_message = "There is no taskwire.template.json in that folder: make it with `npm run release`."
  }
}

variable "artifact_bucket" {
  description = "A bucket in the Region of the stack that the release is copied to."
  type        = string
}

variable "artifact_prefix" {
  description = "The folder in the bucket, without a slash at its beginning or end."
  type        = string
  default     = "taskwire"

  validation {
    condition     = can(regex("^[^/].*[^/]$", var.artifact_prefix))
    error_message = "Give a folder without a slash at its beginning or end."
  }
}

variable "stage" {
  description = "Part of every name. A second stage in one account needs a release with another tag prefix."
  type        = string
  default     = "prod"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.stage))
    error_message = "Give up to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "mode" {
  description = "enforce: make the changes. observe: plan, log and report them; the roles deny every change."
  type        = string
  default     = "enforce"

  validation {
    condition     = contains(["enforce", "observe"], var.mode)
    error_message = "Give enforce or observe."
  }
}

variable "alarm_topic" {
  description = "ARN of the SNS topic that hears of alarms. Empty: they only show in CloudWatch."
  type        = string
  default     = ""
}

variable "report_bucket" {
  description = "Where audits keep their reports: a bucket by name, create for one that the stack makes, empty for nowhere."
  type        = string
  default     = ""
}

variable "pass_roles" {
  description = "ARNs of the roles that remediate may hand to ECS. None: it only plans sidecars."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.pass_roles : can(regex("^arn:[A-Za-z0-9_-]+:iam::[0-9]{12}:role/", role))])
    error_message = "Give ARNs of roles, no names and no patterns."
  }
}

variable "reserved_concurrency" {
  description = "Instances set aside for register-targets; 0 for none, where the quota of the account leaves none."
  type        = number
  default     = 5

  validation {
    condition     = var.reserved_concurrency == 0 || var.reserved_concurrency >= 4
    error_message = "Give 4 or more (two instances that follow events, a sweep, a person), or 0 for none."
  }
}

variable "parameters" {
  description = "Any other parameters of the template, by their names there: { BrakePercent = \"30\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.parameters), ["ArtifactBucket", "ArtifactPrefix"])) == 0
    error_message = "Where the packages are is told by artifact_bucket and artifact_prefix."
  }
}

variable "tags" {
  description = "Tags of the stack, which CloudFormation gives to all that it makes."
  type        = map(string)
  default     = {}
}
