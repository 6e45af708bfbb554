import type { Learnt, ServiceTerms } from '../core/gate/learnt.ts';
import type { Finding } from '../core/outcome.ts';
import { bindGroup } from '../core/targets/bind.ts';
import type { Binding, TargetGroup } from '../core/targets/binding.ts';
import { type AllowedBy, agreedWiring } from '../core/targets/consent.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import type { Clock } from '../ports/clock.ts';
import type { Services } from '../ports/services.ts';
import type { TaggedResource, TargetGroups } from '../ports/target-groups.ts';
import type { BindingsDeps } from './bindings.ts';
import { createKept } from './kept.ts';

/** The target groups that are wired to one service. */
export interface ServiceGroups {
  readonly bindings: readonly Binding[];
  /** What is wrong with groups whose tags name the service and that wire nothing. */
  readonly findings: readonly Finding[];
}

/** Which target groups are wired to a service. */
export interface GateGroups {
  /**
   * The groups as of the last 60 s: one call for their tags, and two more for a service that was not asked about lately.
   * @throws {TaskwireError} If they could not be read.
   */
  of(cluster: string, service: string): Promise<ServiceGroups>;
  /** The group was found to be deleted, though the tagging API may still return it. */
  forget(cluster: string, service: string, targetGroupArn: string): void;
  /** What the service said, as far as it is known. */
  termsOf(cluster: string, service: string): ServiceTerms | undefined;
  /**
   * Takes over what another instance looked up, for this service alone: its owner may write what he likes into the
   * hook's details, and no other service's deployment may rest on that.
   */
  recall(cluster: string, service: string, known: Pick<Learnt, 'groups' | 'terms'>): void;
}

/** What is known about one service's groups. */
interface Notes {
  /** By ARN. */
  readonly described: Map<string, TargetGroup>;
  readonly gone: Set<string>;
}

const TAGS_KEPT_MS = 60_000;
/** A service's own target groups do not change while a deployment runs. */
const SERVICE_KEPT_MS = 10 * 60_000;
const MOST_SERVICES = 1_000;
const TAGS = 'tags';

const keyOf = (cluster: string, service: string): string => `${clusterNameOf(cluster)}/${service}`;

/**
 * The groups of services, by their tags alone: all other bindings of the account, which `createBindings` reads, would
 * cost a deployment's gate more calls than its answer.
 */
export const createGateGroups = (
  deps: Pick<BindingsDeps, 'tagPrefix' | 'parseWiring' | 'foreignFillerOf' | 'parseAllow'> & {
    readonly targetGroups: Pick<TargetGroups, 'tagged' | 'describe'>;
    readonly services: Pick<Services, 'describe'>;
    readonly clock: Clock;
  },
): GateGroups => {
  const { targetGroups, services, clock, tagPrefix } = deps;
  const tags = createKept<readonly TaggedResource[]>(TAGS_KEPT_MS, 1);
  const asked = createKept<ServiceTerms>(SERVICE_KEPT_MS, MOST_SERVICES);
  const noted = new Map<string, Notes>();

  const notesOf = (name: string): Notes => {
    const known = noted.get(name);
    if (known !== undefined) return known;
    if (noted.size >= MOST_SERVICES) noted.clear();
    const notes: Notes = { described: new Map(), gone: new Set() };
    noted.set(name, notes);
    return notes;
  };

  const tagged = async (): Promise<readonly TaggedResource[]> => {
    const kept = tags.get(TAGS, clock.nowMs());
    if (kept !== undefined) return kept;
    const read = await targetGroups.tagged(`${tagPrefix}:service`);
    tags.keep(TAGS, read, clock.nowMs());
    return read;
  };

  const describe = async (arns: readonly string[], { described, gone }: Notes): Promise<void> => {
    const unknown = arns.filter((arn) => !described.has(arn) && !gone.has(arn));
    if (unknown.length === 0) return;
    for (const group of await targetGroups.describe(unknown)) described.set(group.arn, group);
    for (const arn of unknown) if (!described.has(arn)) gone.add(arn);
  };

  const askTerms = async (cluster: string, service: string): Promise<ServiceTerms> => {
    const key = keyOf(cluster, service);
    const kept = asked.get(key, clock.nowMs());
    if (kept !== undefined) return kept;
    const [known] = await services.describe(cluster, [service]);
    const allowed = known && deps.parseAllow?.(known.tags);
    const terms: ServiceTerms = {
      fills: known?.targetGroupArns ?? [],
      ...(allowed !== undefined && { allowed: [...allowed] }),
      atMs: clock.nowMs(),
    };
    asked.keep(key, terms, terms.atMs);
    return terms;
  };

  return {
    of: async (cluster, service) => {
      const name = keyOf(cluster, service);
      const notes = notesOf(name);
      const findings: Finding[] = [];
      const wired = (await tagged()).flatMap((resource) => {
        const { wiring, findings: wrong } = deps.parseWiring(resource.tags, resource.arn);
        const names = Object.values(resource.tags).some((value) => value.split(/\s+/).includes(name));
        if (names) findings.push(...wrong);
        const isWired = wiring?.workloads.some(
          (each) => each.kind === 'service' && `${each.cluster}/${each.service}` === name,
        );
        return wiring !== undefined && isWired ? [{ resource, wiring }] : [];
      });
      if (wired.length === 0) return { bindings: [], findings };
      await describe(
        wired.map(({ resource }) => resource.arn),
        notes,
      );
      const { fills, allowed } = await askTerms(cluster, service);
      const allows = allowed && new Set(allowed);
      const allowedBy: AllowedBy = (...own) => (own.join('/') === name ? allows : undefined);
      const bindings = wired.flatMap(({ resource: { arn, tags: own }, wiring }): readonly Binding[] => {
        const group = notes.described.get(arn);
        if (group === undefined) return [];
        const agreed = agreedWiring(group, wiring, allowedBy, tagPrefix);
        if (agreed.faults.length > 0) {
          findings.push(...agreed.faults.map((each) => ({ ...each, resource: arn })));
          return [];
        }
        const filler = deps.foreignFillerOf(own) ?? (fills.includes(arn) ? `ECS service ${name}` : undefined);
        const binding = bindGroup(group, wiring, filler);
        if (!('rule' in binding)) return [binding];
        findings.push({ ...binding, resource: arn });
        return [];
      });
      return { bindings, findings };
    },
    forget: (cluster, service, arn) => {
      const { described, gone } = notesOf(keyOf(cluster, service));
      described.delete(arn);
      gone.add(arn);
    },
    termsOf: (cluster, service) => asked.get(keyOf(cluster, service), clock.nowMs()),
    recall: (cluster, service, { groups, terms }) => {
      const name = keyOf(cluster, service);
      const { described, gone } = notesOf(name);
      for (const group of groups) {
        if (!described.has(group.arn) && !gone.has(group.arn)) described.set(group.arn, group);
      }
      const nowMs = clock.nowMs();
      if (terms !== undefined && terms.atMs <= nowMs && asked.get(name, nowMs) === undefined) {
        asked.keep(name, terms, terms.atMs);
      }
    },
  };
};
