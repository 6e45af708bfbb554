import { canonicalJson, isJsonList, isObject, type Json, type JsonObject } from './json.ts';

/** Lists that are sets: ECS may tell them in another order than they were registered in. */
const SETS: ReadonlySet<string> = new Set(['environment', 'secrets', 'tags', 'requiresCompatibilities']);
/** What ECS writes where nothing was said. */
const DEFAULTS: Readonly<Record<string, Json>> = { cpu: 0, essential: true, protocol: 'tcp' };

const isEmpty = (value: Json): boolean =>
  value === null || (isJsonList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);

/** Without a host port, ECS picks one on a bridge, and anywhere else it is the container's. */
const withoutHostPort = (port: JsonObject, networkMode: Json): JsonObject => {
  const { hostPort, ...rest } = port;
  const usual = networkMode === 'bridge' ? 0 : port.containerPort;
  return hostPort === undefined || hostPort === usual ? rest : port;
};

const normalOf = (definition: JsonObject): Json => {
  const { networkMode = 'bridge' } = definition;
  const normal = (value: Json, member: string): Json => {
    if (isJsonList(value)) {
      const list = value.map((each) => normal(each, member));
      return SETS.has(member) ? list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : list;
    }
    if (!isObject(value)) return value;
    const object = member === 'portMappings' ? withoutHostPort(value, networkMode) : value;
    const members = Object.entries(object).map(([name, each]): [string, Json] => [name, normal(each, name)]);
    return Object.fromEntries(members.filter(([name, each]) => !isEmpty(each) && each !== DEFAULTS[name]));
  };
  return normal({ ...definition, networkMode }, '');
};

/**
 * Whether two definitions come to the same, as one was registered and as ECS then describes it: what ECS fills in where
 * nothing was said, and the order of variables, secrets and tags, make no difference. What ECS alone writes must be left
 * out before.
 */
export const meansTheSame = (one: JsonObject, other: JsonObject): boolean =>
  canonicalJson(normalOf(one)) === canonicalJson(normalOf(other));
