import { parseArn } from '../task/arn.ts';
import { printable } from '../text.ts';

/** How a person brings a service back to the revision of before: data, and the same as a command for a shell. */
export interface WayBack {
  /** Names. */
  readonly cluster: string;
  readonly service: string;
  /** ARN of the former revision. */
  readonly taskDefinition: string;
  /** One line. */
  readonly command: string;
}

const quoted = (text: string): string =>
  /^[\w:/.@+-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", String.raw`'\''`)}'`;

/** The way back of a service to its former revision. */
export const wayBackOf = ({
  cluster,
  service,
  former,
}: {
  readonly cluster: string;
  readonly service: string;
  readonly former: string;
}): WayBack => {
  const region = parseArn(former)?.region ?? '';
  const words = ['--cluster', cluster, '--service', service, '--task-definition', former];
  if (region !== '') words.push('--region', region);
  return {
    cluster,
    service,
    taskDefinition: former,
    command: ['aws', 'ecs', 'update-service', ...words.map(quoted)].join(' '),
  };
};
