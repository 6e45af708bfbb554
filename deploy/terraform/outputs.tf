output "stack_id" {
  description = "The stack's ARN."
  value       = aws_cloudformation_stack.taskwire.id
}

output "outputs" {
  description = "What the template tells: names of the functions, the gate's ARNs, the bucket of reports where the stack makes one."
  value       = aws_cloudformation_stack.taskwire.outputs
}
