import { expect, test } from '@jest/globals';
import { taskwire } from '../support/command-line.ts';
import { createDoctorStage } from '../support/doctor-stage.ts';
import { createGateStage } from '../support/gate-stage.ts';
import { createHostileStage, HOSTILE, UNPRINTABLE } from '../support/hostile.ts';

/** What a person sees of a verb, without the line breaks that the verb makes itself. */
const seen = async (
  stage: Parameters<typeof taskwire>[0],
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const { out, err } = await taskwire(stage, argv, { files });
  expect(out.length + err.length).toBeGreaterThan(0);
  return `${out}${err}`.split('\n');
};
const unprintable = (lines: readonly string[]): readonly string[] => lines.filter((line) => UNPRINTABLE.test(line));

test.each([
  { verb: 'plan' },
  { verb: 'plan', more: ['--json'] },
  { verb: 'apply', more: ['--yes'] },
  { verb: 'audit' },
  { verb: 'audit', more: ['--json'] },
  { verb: 'explain', more: ['web'] },
  { verb: 'explain', more: ['10.0.0.5'] },
  { verb: 'history', more: ['web'] },
  { verb: 'adopt' },
])('$verb $more moves no cursor, whatever things are called', async ({ verb, more = [] }) => {
  const { stage } = await createHostileStage();
  const lines = await seen(stage, [verb, ...more]);
  expect(unprintable(lines)).toEqual([]);
});

test('gate moves no cursor, whatever its hooks and groups are called', async () => {
  const stage = createGateStage();
  stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:mode': HOSTILE });
  const hook = {
    hookTargetArn: `arn:aws:lambda:eu-central-1:111122223333:function:${HOSTILE}`,
    roleArn: `arn:aws:iam::111122223333:role/${HOSTILE}`,
    lifecycleStages: ['POST_SCALE_UP'],
  };
  stage.service('web', 1, { deploymentStrategy: 'BLUE_GREEN', hooks: [hook] });
  for (const name of ['production/web', `production/${HOSTILE}`]) {
    expect(unprintable(await seen(stage, ['gate', name]))).toEqual([]);
  }
});

test('doctor moves no cursor, whatever the stack is told', async () => {
  const stage = createDoctorStage();
  for (const { env } of stage.world.deployed.functions.values()) {
    for (const name of env.keys()) env.set(name, HOSTILE);
  }
  expect(unprintable(await seen(stage, ['doctor']))).toEqual([]);
});

test('lint moves no cursor, whatever a file is called and says', async () => {
  const stage = createDoctorStage();
  const definition = { family: HOSTILE, containerDefinitions: [{ name: HOSTILE, image: HOSTILE }] };
  const files = { [`${HOSTILE}.json`]: JSON.stringify(definition), 'broken.json': `{ "family": "${HOSTILE}` };
  for (const name of Object.keys(files)) expect(unprintable(await seen(stage, ['lint', name], files))).toEqual([]);
});

test('what is hostile is shown, escaped', async () => {
  const { stage } = await createHostileStage();
  const lines = await seen(stage, ['plan']);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('\\u001b[2J');
});
