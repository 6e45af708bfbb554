import type { Finding } from '../core/outcome.ts';
import { bindGroup } from '../core/targets/bind.ts';
import type { Binding, TargetGroup, Wiring, Workload } from '../core/targets/binding.ts';
import { type AllowedBy, agreedWiring } from '../core/targets/consent.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import { dispositionOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Fillers, Service, Services } from '../ports/services.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import { sideBySide } from './side-by-side.ts';
import { nativeFillers, type Surveyed, surveyFillers } from './survey-fillers.ts';

/** All bindings of the account, and what is wrong with tagged groups that have none. */
export interface BindingSet {
  readonly bindings: readonly Binding[];
  readonly findings: readonly Finding[];
  /** When the tags were read, epoch milliseconds. */
  readonly readAtMs: number;
  /** Why the last refresh failed, while these are kept from an earlier one. */
  readonly keptBecause?: string;
}

/** The bindings that the target groups' tags describe. */
export interface Bindings {
  /**
   * The bindings as of the last 60 s. When a refresh fails, those of up to 15 minutes ago.
   * @throws {TaskwireError} If there are none that young: never an empty set in place of an unknown one.
   */
  current(): Promise<BindingSet>;
  /** Reads the tags again, now. @throws {TaskwireError} As `current`. */
  refresh(): Promise<BindingSet>;
  /** Reads the tags, and looks at everything that can fill a group, not only at the bound services. */
  survey(): Promise<BindingSet>;
  /** The group was found to be deleted, though the tagging API may still return it. */
  forget(targetGroupArn: string): void;
}

export interface BindingsDeps {
  readonly targetGroups: TargetGroups;
  readonly services: Services;
  readonly fillers: Fillers;
  readonly clock: Clock;
  readonly tagPrefix: string;
  /** What a group's tags ask for, or what is wrong with them. */
  readonly parseWiring: (
    tags: Readonly<Record<string, string>>,
    resource: string,
  ) => { readonly wiring?: Wiring; readonly findings: readonly Finding[] };
  /** Who fills the group, by its tags. */
  readonly foreignFillerOf: (tags: Readonly<Record<string, string>>) => string | undefined;
  /** The groups that a service allows, by its tags, where services must agree; left out: the groups' tags are enough. */
  readonly parseAllow?: (tags: Readonly<Record<string, string>>) => ReadonlySet<string>;
}

const KEPT_MS = 60_000;
const KEPT_ON_FAILURE_MS = 15 * 60_000;
/** A deleted group never comes back under its ARN; the tagging API stops returning it some minutes later. */
const GONE_MS = 15 * 60_000;

const servicesOf = (workloads: readonly Workload[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const byCluster = new Map<string, Set<string>>();
  for (const workload of workloads) {
    if (workload.kind !== 'service') continue;
    const names = byCluster.get(workload.cluster) ?? new Set();
    byCluster.set(workload.cluster, names.add(workload.service));
  }
  return byCluster;
};

/** The owner of the stack's tags, kept for a while. */
export const createBindings = (deps: BindingsDeps): Bindings => {
  const { targetGroups, services, clock, tagPrefix } = deps;
  const described = new Map<string, TargetGroup>();
  const goneAtMs = new Map<string, number>();
  /** What the last survey saw fill a tagged group: an event's check sees less, and must not forget it. */
  const surveyed = new Map<string, string>();
  let kept: BindingSet | undefined;
  let underWay: Promise<BindingSet> | undefined;

  const readTags = async (): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> => {
    const answers = await Promise.all(
      ['service', 'family', 'beanstalk'].map((kind) => targetGroups.tagged(`${tagPrefix}:${kind}`)),
    );
    return new Map(answers.flat().map(({ arn, tags }) => [arn, tags]));
  };

  const describe = async (arns: readonly string[], nowMs: number): Promise<void> => {
    const isGone = (arn: string): boolean => nowMs - (goneAtMs.get(arn) ?? Number.NEGATIVE_INFINITY) < GONE_MS;
    const unknown = arns.filter((arn) => !described.has(arn) && !isGone(arn));
    if (unknown.length === 0) return;
    for (const group of await targetGroups.describe(unknown)) described.set(group.arn, group);
    for (const arn of unknown) if (!described.has(arn)) goneAtMs.set(arn, nowMs);
  };

  const describeServices = async (workloads: readonly Workload[]): Promise<readonly Service[]> => {
    const answers = await sideBySide([...servicesOf(workloads)], 4, async ([cluster, names]) =>
      services.describe(cluster, [...names]),
    );
    return answers.flat();
  };

  const boundFillers = async (workloads: readonly Workload[]): Promise<Surveyed> => {
    const known = await describeServices(workloads);
    return { known, fillerOf: fillerIn(nativeFillers(known)) };
  };

  const surveyWorkloads = (workloads: readonly Workload[]): Promise<Surveyed> => {
    const clusters = workloads.flatMap((each) => (each.kind === 'beanstalk' ? [] : [each.cluster]));
    return surveyFillers([...new Set(clusters)], deps);
  };

  /** What the services allow, where somebody asks them. */
  const allowedBy = (known: readonly Service[]): AllowedBy | undefined => {
    const { parseAllow } = deps;
    if (parseAllow === undefined) return undefined;
    const byName = new Map(known.map((each) => [`${clusterNameOf(each.clusterArn)}/${each.name}`, each]));
    return (cluster, service) => {
      const found = byName.get(`${cluster}/${service}`);
      return found && parseAllow(found.tags);
    };
  };

  const read = async (everything: boolean): Promise<BindingSet> => {
    const nowMs = clock.nowMs();
    const tagged = await readTags();
    await describe([...tagged.keys()], nowMs);
    const findings: Finding[] = [];
    const wired: { readonly group: TargetGroup; readonly wiring: Wiring; readonly foreign: string | undefined }[] = [];
    for (const [arn, tags] of [...tagged].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const group = described.get(arn);
      if (group === undefined) continue;
      const { wiring, findings: wrong } = deps.parseWiring(tags, arn);
      findings.push(...wrong);
      if (wiring !== undefined) wired.push({ group, wiring, foreign: deps.foreignFillerOf(tags) });
    }
    const workloads = wired.flatMap(({ wiring }) => wiring.workloads);
    const { known, fillerOf } = everything ? await surveyWorkloads(workloads) : await boundFillers(workloads);
    const allowed = allowedBy(known);
    if (everything) surveyed.clear();
    const bindings: Binding[] = [];
    for (const { group, wiring: asked, foreign } of wired) {
      const agreed = allowed && agreedWiring(group, asked, allowed, tagPrefix);
      for (const each of agreed?.faults ?? []) findings.push({ ...each, resource: group.arn });
      const wiring = agreed === undefined ? asked : agreed.wiring;
      if (wiring === undefined) continue;
      const filler = foreign ?? fillerOf(group) ?? surveyed.get(group.arn);
      if (everything && filler !== undefined) surveyed.set(group.arn, filler);
      const binding = bindGroup(group, wiring, filler);
      if ('rule' in binding) findings.push({ ...binding, resource: group.arn });
      else bindings.push(binding);
    }
    return { bindings, findings, readAtMs: nowMs };
  };

  const readOrKeep = async (everything: boolean): Promise<BindingSet> => {
    try {
      kept = await read(everything);
      return kept;
    } catch (error) {
      const youngEnough = kept !== undefined && clock.nowMs() - kept.readAtMs <= KEPT_ON_FAILURE_MS;
      // A person must fix this first (a permission, a setting): say so at once instead of after 15 minutes.
      if (kept === undefined || !youngEnough || (everything && dispositionOf(error) === 'fail')) throw error;
      return { ...kept, keptBecause: error instanceof Error ? error.message : String(error) };
    }
  };

  const refresh = (): Promise<BindingSet> => {
    underWay ??= readOrKeep(false).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  return {
    current: async () => (kept !== undefined && clock.nowMs() - kept.readAtMs < KEPT_MS ? kept : refresh()),
    refresh,
    survey: () => readOrKeep(true),
    forget: (arn) => {
      described.delete(arn);
      goneAtMs.set(arn, clock.nowMs());
      if (kept) kept = { ...kept, bindings: kept.bindings.filter(({ group }) => group.arn !== arn) };
    },
  };
};

const fillerIn =
  (native: ReadonlyMap<string, string>) =>
  ({ arn }: TargetGroup): string | undefined =>
    native.get(arn);
