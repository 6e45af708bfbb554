// `npm test`: installs what is missing, builds (some tests run the bundles), runs jest and ends with one line that
// counts. `npm test -- <arguments>` passes them on to jest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, setUpChromium, setUpNode, setUpPython } from './setup.mjs';

await setUpNode();
const ci = process.env.CI === 'true';
const python = await setUpPython();
const chromium = await setUpChromium({ install: ci });
for (const [tests, tool] of /** @type {const} */ ([
  ['the tests against the AWS stand-ins', python],
  ["the tests of the report's page", chromium],
])) {
  if (!('missing' in tool)) continue;
  const what = `${tests}: ${tool.missing}`;
  if (ci) throw new Error(`CI must run ${what}`);
  console.error(`skipping ${what}`);
}
const { build } = await import('./build.mjs');
await build();

const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, AWS_ENDPOINT_URL: _endpoint, ...environment } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'taskwire-test-'));
const resultFile = join(folder, 'result.json');
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${resultFile}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    // Standard output is for the one line that counts.
    stdio: ['inherit', 2, 'inherit'],
    env: {
      ...environment,
      // No test may reach an account, whatever is signed in on this machine.
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...('python' in python && { TASKWIRE_PYTHON: python.python }),
      ...('chromium' in chromium && { TASKWIRE_CHROMIUM: chromium.chromium }),
    },
  },
);
jest.once('close', (code) => {
  const { passed, failed } = countsOf(resultFile);
  rmSync(folder, { recursive: true });
  if (passed + failed === 0) console.error('no test ran');
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = passed === 0 || failed > 0 ? 1 : (code ?? 1);
});

/**
 * Counts from jest's own result. A file that could not be run has no tests to count; it counts as one that failed.
 * @param {string} file
 */
function countsOf(file) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
  } catch {
    // Jest ended before it wrote one, as with a wrong argument: it said why itself.
    return { passed: 0, failed: 0 };
  }
}
