import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const CLI = join(process.cwd(), 'dist/cli/taskwire.mjs');

test('npm start: the built functions keep the fleet wired, scaled and traced, and the story says why', async () => {
  // Exit code 0, or this throws.
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-demo-'));
  const file = join(folder, 'demo.html');
  const argv = [CLI, 'demo', '--page', file];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { timeout: 110_000 });
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^wired: 23 tasks in 7 target groups, 0 missing, 0 stale, 0 wrong$/,
  );
  for (const told of [
    /^ +\d+\.\ds \+ web +10\.0\.7\.\d+:8080/m, // a fleet starts
    /! api:1\n +XRY-1, high: No container of api:1 is a trace collector/,
    /\+ "image": "public\.ecr\.aws\/aws-observability\/aws-otel-collector:v[\d.]+"/,
    /\d+ lines come, none goes/,
    /api: under way\. \d of 4 tasks of api:2 run\.[\s\S]*api: steady\. api:2 runs\./, // watched
    /The way back: aws ecs update-service --cluster shop --service api --task-definition \S+\/api:1 /,
    /verify-xray has judged the new tasks, and finds nothing/,
    /^ +\d+\.\ds - checkout +10\.0\.7\.\d+:8080/m, // Spot
    /Their targets had left \d+\.\d s before the tasks ended/,
    /[1-9]\d* addresses changed hands/,
    /Nothing changed: the address is held by a live task of api/,
    /Before the sweep: 2 missing, 2 stale/,
    /TGT-2, high: 10\.0\.7\.60:8080/, // the person's own target: reported, and it stays
    /TAG-2, high: taskwire:service names "shop\/web,shop\/api"/,
    /\+ images +bounds\n +the tags ask for min 2, max 10, it is not scalable yet/,
    /\+ images +policy\n +the tags ask for it: ECSServiceAverageCPUUtilization at 60/,
    /\+ images +schedule\n +the tags ask for min 3, max 20 at cron\(0 \d/, // the hours
    /~ images +scale-out\n +scale-out is held for deploy\n[\s\S]*the hold for deploy is over/,
    /\+ images +schedule\n +the bounds come back 10 minutes after the last Spot notice/,
    /~ images +min\n +Spot takes 2 tasks back; their replacements start now/,
    /6 tasks run, and none of the 2 has ended yet/,
    /1 application-autoscaling:PutScalingPolicy/, // what is as wanted is not written again
  ]) {
    expect(stdout).toMatch(told);
  }
  const page = await readFile(file, 'utf8');
  await rm(folder, { recursive: true });
  expect(stdout).toContain(`The page of this run: ${pathToFileURL(file).href}\n`);
  const missed = [
    /<h1[^>]*>Every task is wired, but \d findings? (?:is|are) serious\.<\/h1>/, // the person's own target
    />10\.0\.7\.60:8080 in web: somebody else's, left alone, /,
    /A target was missing [\d,]+ times, [^;]+; stale 2 times, [^;]+; never wrong\./, // the events that got lost
    /<li>Events get lost <small>/,
    /service in shop/,
  ].filter((shown) => !shown.test(page));
  expect(missed).toEqual([]);
  expect(`${stdout}${page}`).not.toContain('correct-horse'); // a value of the environment of api
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no terminal is on the other side
  expect(stdout).not.toMatch(/\u001b/);
}, 120_000);
