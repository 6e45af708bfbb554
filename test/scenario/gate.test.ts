import { describe, expect, test } from '@jest/globals';
import { answersOf, createGateStage, foundBy, type GateStage } from '../support/gate-stage.ts';
import { blind } from '../support/say.ts';

/** The service `web` with two tasks, wired to one group. */
const stageWired = async (): Promise<{
  readonly stage: GateStage;
  readonly web: Awaited<ReturnType<GateStage['gated']>>;
}> => {
  const stage = createGateStage();
  stage.group('web', { 'taskwire:service': 'production/web' });
  const web = await stage.gated('web', 2);
  return { stage, web };
};

describe('a blue/green deployment with the gate', () => {
  test('goes on once every new task is healthy', async () => {
    const { stage, web } = await stageWired();
    const deployment = stage.deploy(web);
    expect(await stage.ended(deployment)).toBe('COMPLETED');
    expect(answersOf(stage)).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
  });

  test('is not let through by old tasks that are healthy', async () => {
    const { stage, web } = await stageWired();
    blind(stage);
    const deployment = stage.deploy(web);
    expect(await stage.ended(deployment)).toBe('FAILED');
    expect(
      answersOf(stage)
        .slice(0, -1)
        .every((status) => status === 'IN_PROGRESS'),
    ).toBe(true);
    expect(foundBy(stage)[0]).toMatch(/^GAT-3 .*after 15 minutes 2 of 2 tasks are not healthy/);
  });
});
