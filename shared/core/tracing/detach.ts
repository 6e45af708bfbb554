import { isJsonList, isObject, type Json, type JsonObject, objectsOf, without } from './json.ts';
import { ATTACHED_LABEL, type Reshaped, registrable, SIDECAR_TAG } from './reshape.ts';

/** Variables that `attachCollector` sets; their values then name the collector. */
const ADDRESSES: ReadonlySet<Json | undefined> = new Set(['AWS_XRAY_DAEMON_ADDRESS', 'OTEL_EXPORTER_OTLP_ENDPOINT']);

const leadsTo = (name: string, variable: Json): boolean => {
  if (!isObject(variable) || !ADDRESSES.has(variable.name)) return false;
  const { value } = variable;
  return typeof value === 'string' && (value.startsWith(`${name}:`) || value.startsWith(`http://${name}:`));
};

/** Whether an element of a member was put there for the collector. */
const IS_FOR: Readonly<Record<string, (name: string, item: Json) => boolean>> = {
  links: (name, item) => item === name,
  dependsOn: (name, item) => isObject(item) && item.containerName === name,
  environment: leadsTo,
};

/** A list without what was put into it; the whole member goes where it was made for that and nobody else used it. */
const cleared = (object: JsonObject, member: string, isOurs: (item: Json) => boolean, wasMade: boolean): JsonObject => {
  const list = object[member];
  if (!isJsonList(list)) return object;
  const rest = list.filter((item) => !isOurs(item));
  if (rest.length === 0 && wasMade) return without(object, new Set([member]));
  return rest.length === list.length ? object : { ...object, [member]: rest };
};

const labelOf = (container: JsonObject): string | undefined => {
  const { dockerLabels } = container;
  const label = isObject(dockerLabels) ? dockerLabels[ATTACHED_LABEL] : undefined;
  return typeof label === 'string' ? label : undefined;
};

/**
 * Takes out what `attachCollector` put in, and nothing else: the container, and every link, dependency and address that
 * leads to it. The result is the definition of before, without its read-only members.
 * @returns `refused` where no container says that it was attached: what people put in themselves is theirs to take out.
 */
export const detachCollector = (definition: JsonObject, tagPrefix: string): Reshaped => {
  const before = registrable(definition);
  const containers = objectsOf(before.containerDefinitions);
  const sidecar = containers.find((each) => labelOf(each) !== undefined);
  const { name } = sidecar ?? {};
  if (sidecar === undefined || typeof name !== 'string') {
    return { kind: 'refused', reasons: ['No container of the task says that Taskwire attached it.'] };
  }
  const made = new Set(labelOf(sidecar)?.split(' '));
  const rest = containers
    .filter((each) => each !== sidecar)
    .map((container) =>
      Object.entries(IS_FOR).reduce(
        (cleaner, [member, isFor]) =>
          cleared(cleaner, member, (item) => isFor(name, item), made.has(`${String(container.name)}.${member}`)),
        container,
      ),
    );
  const isTag = (tag: Json): boolean => isObject(tag) && tag.key === `${tagPrefix}:${SIDECAR_TAG}`;
  const after = cleared({ ...before, containerDefinitions: rest }, 'tags', isTag, made.has('.tags'));
  return { kind: 'changed', definition: after, container: name };
};
