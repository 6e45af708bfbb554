/** What is different about an error: how it arrived, if it did. */
export interface AwsErrorOptions {
  /** HTTP status; 0 where no answer came. */
  readonly statusCode: number;
  /** False: the connection ended without an answer. The call may have taken effect. */
  readonly answered?: boolean;
}

/**
 * An error as AWS answers it: `name` is the SDK's shape name (`TargetGroupNotFoundException`), `code` what stands on
 * the wire (`TargetGroupNotFound`). Not modelled: request ids, retry hints.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly answered: boolean;

  constructor(name: string, code: string, message: string, options: AwsErrorOptions) {
    super(message);
    this.name = name;
    this.code = code;
    this.statusCode = options.statusCode;
    this.answered = options.answered ?? true;
  }
}

/** The service of an action: `ecs` of `ecs:DescribeTasks`. */
export const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));

const QUERY = new Set(['elasticloadbalancing', 'autoscaling', 'elasticbeanstalk', 'iam']);

/** Too many calls, in the words of the action's service. Nothing was done. */
export const throttled = (action: string): AwsError => {
  const service = serviceOf(action);
  if (service === 'ec2') {
    return new AwsError('RequestLimitExceeded', 'RequestLimitExceeded', 'Request limit exceeded.', { statusCode: 503 });
  }
  if (QUERY.has(service)) return new AwsError('Throttling', 'Throttling', 'Rate exceeded', { statusCode: 400 });
  if (service === 'tag') {
    return new AwsError('ThrottledException', 'ThrottledException', 'Rate exceeded', { statusCode: 400 });
  }
  return new AwsError('ThrottlingException', 'ThrottlingException', 'Rate exceeded', { statusCode: 400 });
};

/** The caller may not do this, in the words of the action's service. Nothing was done. */
export const denied = (action: string, resource = '*'): AwsError => {
  const message = `User: arn:aws:sts::111122223333:assumed-role/taskwire/function is not authorized to perform: ${action} on resource: ${resource}`;
  const service = serviceOf(action);
  if (service === 'ec2') {
    return new AwsError('UnauthorizedOperation', 'UnauthorizedOperation', message, { statusCode: 403 });
  }
  if (QUERY.has(service)) return new AwsError('AccessDenied', 'AccessDenied', message, { statusCode: 403 });
  return new AwsError('AccessDeniedException', 'AccessDeniedException', message, { statusCode: 400 });
};

/** AWS broke: a 5xx answer. Whether anything was done is unclear. */
export const broken = (action: string): AwsError => {
  const code = serviceOf(action) === 'ecs' ? 'ServerException' : 'InternalFailure';
  return new AwsError(code, code, 'An internal error occurred.', { statusCode: 500 });
};

/** The connection ended before an answer came. Whether anything was done is unclear. */
export const unanswered = (): AwsError =>
  new AwsError('TimeoutError', 'ECONNRESET', 'socket hang up', { statusCode: 0, answered: false });

/** Input that the service does not accept: `ValidationError` in the query services, `InvalidParameterException` in ECS. */
export const invalid = (action: string, message: string): AwsError => {
  const service = serviceOf(action);
  if (service === 'ec2')
    return new AwsError('InvalidParameterValue', 'InvalidParameterValue', message, { statusCode: 400 });
  if (QUERY.has(service)) return new AwsError('ValidationError', 'ValidationError', message, { statusCode: 400 });
  return new AwsError('InvalidParameterException', 'InvalidParameterException', message, { statusCode: 400 });
};

/** A target group that does not exist. */
export const targetGroupNotFound = (): AwsError =>
  new AwsError('TargetGroupNotFoundException', 'TargetGroupNotFound', 'One or more target groups not found', {
    statusCode: 400,
  });

/** A cluster that does not exist. */
export const clusterNotFound = (): AwsError =>
  new AwsError('ClusterNotFoundException', 'ClusterNotFoundException', 'Cluster not found.', { statusCode: 400 });
