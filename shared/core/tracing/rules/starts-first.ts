import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule, RuleResult } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { DefinedContainer } from '../definition.ts';
import { isComputed, linksTo, type Sidecar, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

/** The first collector that a container waits for is judged. On bridge a link orders the start like a dependency does. */
const judge = (sender: DefinedContainer, sidecars: readonly Sidecar[], onBridge: boolean): RuleResult => {
  const more = { container: sender.name, path: [...sender.path, 'dependsOn'] };
  for (const { container } of sidecars) {
    const condition = sender.dependsOn.find((each) => each.container === container.name)?.condition;
    const to = `the collector ${quote(container.name)}`;
    if (condition === 'COMPLETE' || condition === 'SUCCESS') {
      return fail(`Container ${quote(sender.name)} waits until ${to} has ended (${condition}), so it never starts.`, {
        ...more,
        fix: 'Use the condition START, or HEALTHY where the collector has a health check.',
      });
    }
    if (condition === 'HEALTHY' && container.healthCheck === undefined) {
      return fail(`Container ${quote(sender.name)} waits for ${to} to be healthy, which has no health check.`, {
        ...more,
        fix: 'Give the collector a healthCheck (ADOT: ["CMD", "/healthcheck"]), or use the condition START.',
      });
    }
    if (condition !== undefined || (onBridge && linksTo(sender, container))) return PASS;
    if (container.dependsOn.some((each) => each.container === sender.name)) {
      return fail(`The collector ${quote(container.name)} starts only after container ${quote(sender.name)}.`, {
        container: container.name,
        path: [...container.path, 'dependsOn'],
        fix: `Turn it round: let ${quote(sender.name)} depend on ${quote(container.name)}.`,
      });
    }
  }
  const names = sidecars.map(({ container }) => quote(container.name)).join(' or ');
  return fail(`Container ${quote(sender.name)} does not wait for ${names} to start.`, more);
};

export const startsFirst: Rule<TracedTask> = {
  id: 'XRY-10',
  slug: 'collector-starts-first',
  severity: 'medium',
  requires: 'The application starts after the collector.',
  risk: 'What the application sends at its start is lost, and so is what it sends while it is being stopped: the order is reversed then.',
  fix: 'Add { "containerName": "<the collector>", "condition": "START" } to the application’s dependsOn.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html',
  check: (subject) => {
    const { task, sidecars, senders } = sceneOf(subject);
    // A Dockerrun file knows no dependsOn; its links are another rule's matter.
    if (sidecars.length === 0 || task.source === 'dockerrun') return NOT_APPLICABLE;
    return together(
      senders.map((each) =>
        isComputed(task, each, 'dependsOn') ? NOT_APPLICABLE : judge(each, sidecars, task.networkMode === 'bridge'),
      ),
    );
  },
};
