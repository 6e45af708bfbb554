import { expect, test } from '@jest/globals';
import { createSidecarStage } from '../support/sidecar-stage.ts';

const MINUTE = 60_000;
const ATTACH = { action: 'attach-sidecar', collector: 'adot' } as const;

test('attach ends steady, and verify-xray then finds nothing', async () => {
  const stage = createSidecarStage();
  stage.bare('web', { desiredCount: 3 });
  await stage.run(2 * MINUTE);
  expect(stage.highs()).toEqual(['XRY-1']);
  const before = stage.ran.length;
  const [result] = await stage.apply(ATTACH);
  expect(result).toMatchObject({
    outcome: 'steady',
    reason: 'web:2 runs and is steady.',
    former: expect.stringMatching(/web:1$/),
    revision: expect.stringMatching(/web:2$/),
    change: { action: 'attach-sidecar', applied: true },
  });
  await stage.run(2 * MINUTE);
  const found = stage.ran.slice(before).flatMap(({ outcome }) => outcome.findings);
  expect(stage.ran.length).toBeGreaterThan(before);
  expect(found.filter(({ severity }) => severity === 'high')).toEqual([]);
});
