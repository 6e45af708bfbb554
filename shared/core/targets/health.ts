import type { ObservedTarget } from './target.ts';

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states
const REASONS: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'registration is in progress',
  'Elb.InitialHealthChecking': 'the first health checks are under way',
  'Target.NotRegistered': 'it is not registered',
  'Target.NotInUse': 'no listener uses the group, or its zone is not enabled',
  'Target.DeregistrationInProgress': 'deregistration is in progress',
  'Target.InvalidState': 'the instance is stopped or terminated',
  'Target.IpUnusable': 'the address belongs to a load balancer',
  'Target.HealthCheckDisabled': 'health checks are off',
  'Target.FailedHealthChecks': 'the health checks fail',
  'Target.ResponseCodeMismatch': 'the health check gets another status code than it expects',
  'Target.Timeout': 'the health check gets no answer in time',
};

/** A target's health as AWS calls it, with what AWS's reason means. */
export const healthOf = ({ state, reason }: Pick<ObservedTarget, 'state' | 'reason'>): string => {
  if (reason === undefined) return state;
  const words = REASONS[reason];
  return words === undefined ? `${state} (${reason})` : `${state} (${reason}: ${words})`;
};
