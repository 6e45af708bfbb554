/**
 * What a platform's name tells, as Elastic Beanstalk writes it: `64bit Amazon Linux 2023 v4.1.2 running ECS`.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html
 */
export interface Platform {
  /** `ecs` has a cluster and tasks; `docker` runs one container, or a Compose file, without ECS. */
  readonly kind: 'ecs' | 'docker' | 'other';
  /** `undefined`: Windows, or another. */
  readonly system?: 'amazon-linux-1' | 'amazon-linux-2' | 'amazon-linux-2023';
}

const systemOf = (name: string): Platform['system'] => {
  const [, version] = /amazon linux(?: (\d+))?/i.exec(name) ?? [];
  if (!/amazon linux/i.test(name)) return undefined;
  if (version === '2023') return 'amazon-linux-2023';
  // The first generation has a date (2018.03) where the later ones have a number.
  return version === '2' ? 'amazon-linux-2' : 'amazon-linux-1';
};

const kindOf = (name: string): Platform['kind'] => {
  // A branch is named the other way round: `ECS running on 64bit Amazon Linux 2023`.
  if (/running (?:ECS|multi-container docker)|^(?:ECS|multi-container docker)\b/i.test(name)) return 'ecs';
  return /running docker|^docker\b/i.test(name) ? 'docker' : 'other';
};

/** Reads a platform's name. */
export const platformOf = (name: string): Platform => {
  const system = systemOf(name);
  return { kind: kindOf(name), ...(system !== undefined && { system }) };
};
