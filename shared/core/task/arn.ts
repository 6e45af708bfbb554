/** The parts of an ARN; `resource` is all behind the fifth colon. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Takes an ARN apart. `undefined` where the text is none. */
export const parseArn = (text: string): Arn | undefined => {
  const [arn, partition, service, region, account, ...resource] = text.split(':');
  if (arn !== 'arn' || !partition || !service || region === undefined || account === undefined) return undefined;
  const rest = resource.join(':');
  return rest === '' ? undefined : { partition, service, region, account, resource: rest };
};

const lastOf = (text: string): string => text.slice(text.lastIndexOf('/') + 1);

/** `production` from a cluster's ARN; a plain name stays as it is. */
export const clusterNameOf = (cluster: string): string => lastOf(cluster);

/** The id at the end of a task's ARN, in the long and the short format. */
export const taskIdOf = (taskArn: string): string => lastOf(taskArn);

/** `web` from `arn:…:task-definition/web:12`. */
export const familyOf = (taskDefinitionArn: string): string => {
  const name = lastOf(taskDefinitionArn);
  const colon = name.lastIndexOf(':');
  return colon === -1 ? name : name.slice(0, colon);
};

/** `web` from `arn:…:targetgroup/web/0123456789abcdef`. */
export const targetGroupNameOf = (targetGroupArn: string): string =>
  parseArn(targetGroupArn)?.resource.split('/')[1] ?? targetGroupArn;

/** `checkout` from a service's ARN in the long or the short format; a plain name stays as it is. */
export const serviceNameOf = (service: string): string => lastOf(service);

/** `production` from a service's ARN in the long format; `undefined` where the text does not tell. */
export const clusterOfService = (service: string): string | undefined => {
  const [, cluster, name] = parseArn(service)?.resource.split('/') ?? [];
  return name === undefined ? undefined : cluster;
};
