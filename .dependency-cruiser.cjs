/** What each layer may import (ARCHITECTURE.md shows the same table). A package stands for its folder, NODE for Node's own modules. */
const NODE = '^(node:)?[a-z0-9_/]+$';
/** @type {(...names: string[]) => string} */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
/** Types of the Lambda events and of SARIF: packages without code, so they resolve to no file. */
const LAMBDA_TYPES = '(^|/)(@types/)?aws-lambda(/|$)';
const SARIF_TYPES = '(^|/)(@types/)?sarif(/|$)';
const CORE = '^shared/core/';
const CONTRACTS = '^shared/contracts/';
const PORTS = '^shared/ports/';
const APP = '^shared/app/';
const AWS = '^shared/aws/';
const RUNTIME = '^shared/runtime/';
const REPORT = '^shared/report/';
const ERRORS = '^shared/errors\\.ts$';

/** @type {{ name: string, layer: string, may: string[], why: string }[]} */
const layers = [
  {
    name: 'core-imports-only-core',
    layer: CORE,
    may: [CORE],
    why: 'Decisions are pure: without packages, Node, clock or network every one of them can be tested with plain data, replayed and trusted.',
  },
  {
    name: 'errors-import-nothing',
    layer: ERRORS,
    may: [],
    why: 'Every layer throws and sorts errors; whatever they imported, every layer would import.',
  },
  {
    name: 'contracts-parse-and-nothing-else',
    layer: CONTRACTS,
    may: [CONTRACTS, CORE, ERRORS, packages('valibot', 'yaml')],
    why: 'Contracts turn unknown input into domain values. A parser that can call AWS or read files cannot be tested with bad input alone.',
  },
  {
    name: 'ports-import-only-core',
    layer: PORTS,
    may: [PORTS, CORE],
    why: 'A port says what a use case needs in the words of the domain; a word from an adapter in it would tie both adapters together.',
  },
  {
    name: 'app-imports-core-ports-errors',
    layer: APP,
    may: [APP, CORE, PORTS, ERRORS],
    why: 'Use cases reach the world through ports only, so the simulator runs the same code as AWS does.',
  },
  {
    name: 'aws-imports-its-ports-and-the-sdk',
    layer: AWS,
    may: [AWS, CORE, PORTS, ERRORS, CONTRACTS, packages('@aws-sdk', '@smithy')],
    why: 'Adapters translate between a port and the SDK; decisions belong to core, order and retries of the whole to app.',
  },
  {
    name: 'runtime-is-lambda-glue',
    layer: RUNTIME,
    may: [
      RUNTIME,
      ERRORS,
      PORTS,
      '^shared/core/(text|outcome)\\.ts$',
      packages('@aws-lambda-powertools'),
      LAMBDA_TYPES,
      NODE,
    ],
    why: 'The glue is the same for every function; one that knows a use case is not glue. It reports Outcomes, and makes outside text printable.',
  },
  {
    name: 'report-renders',
    layer: REPORT,
    may: [
      REPORT,
      CORE,
      ERRORS,
      packages('preact', 'preact-render-to-string', 'echarts', 'picocolors', 'cli-table3', 'fast-xml-parser'),
      SARIF_TYPES,
    ],
    why: 'A report is made of findings and plans alone, so that the same one can be printed, mailed and compared.',
  },
  {
    name: 'functions-wire',
    layer: '^functions/',
    // package.json: a report tells which version wrote it.
    may: ['^functions/', APP, AWS, CONTRACTS, CORE, PORTS, RUNTIME, REPORT, ERRORS, LAMBDA_TYPES, '^package\\.json$'],
    why: 'A function names, parses, wires and runs. The simulator and the command line must never reach a bundle that deploys.',
  },
  {
    name: 'simulator-stands-alone',
    layer: '^simulator/',
    may: ['^simulator/', CORE, PORTS, CONTRACTS, ERRORS, packages('fast-xml-parser'), NODE],
    why: 'The embedded AWS must not share code with the adapters that are tested against it, or both are wrong together.',
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers.map(({ name, layer, may, why }) => ({
      name,
      severity: /** @type {const} */ ('error'),
      comment: why,
      from: { path: layer },
      to: may.length > 0 ? { pathNot: may } : {},
    })),
    {
      name: 'types-only-of-core-in-ports',
      severity: 'error',
      comment: 'A port is an interface; one that calls a decision has begun to be a use case.',
      from: { path: PORTS },
      to: { path: CORE, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'types-only-of-ports-in-runtime',
      severity: 'error',
      comment: 'The glue hands ports on; it does not work with them.',
      from: { path: RUNTIME },
      to: { path: PORTS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'types-only-of-core-and-ports-in-functions',
      severity: 'error',
      comment: 'A function that calls a decision itself has a use case hidden in it, which no scenario test reaches.',
      from: { path: '^functions/' },
      to: { path: [CORE, PORTS], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'functions-do-not-import-each-other',
      severity: 'error',
      comment: 'Each function deploys alone with a role of its own; what two of them need belongs in shared.',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'report-only-in-cli-and-audit',
      severity: 'error',
      comment: 'Renderers are large; a function that reacts to events must not read them at its cold start.',
      from: { path: '^(shared|functions|simulator)/', pathNot: [REPORT, '^functions/audit/'] },
      to: { path: REPORT },
    },
    {
      name: 'only-aws-imports-the-sdk',
      severity: 'error',
      comment:
        'SDK types and SDK errors stop in shared/aws. The simulator throws what the SDK would throw without importing it.',
      from: { path: '^(shared|functions|cli|simulator)/', pathNot: AWS },
      to: { path: packages('@aws-sdk', '@smithy') },
    },
    {
      name: 'only-the-wire-half-serves',
      severity: 'error',
      comment: 'The world is a virtual clock and a seed. Files, sockets and XML in it would make its runs differ.',
      from: { path: '^simulator/', pathNot: '^simulator/wire/' },
      to: { path: [packages('fast-xml-parser'), NODE] },
    },
    {
      name: 'cli-imports-no-function',
      severity: 'error',
      comment:
        'The demo runs the built bundles, the ones that deploy; importing their sources would show something else.',
      from: { path: '^cli/' },
      to: { path: '^functions/' },
    },
    {
      name: 'nothing-imports-tests-or-tools',
      severity: 'error',
      comment: 'What ships must not depend on what only developers have.',
      from: { path: '^(shared|functions|cli|simulator)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'sources-import-no-dev-package',
      severity: 'error',
      comment: 'What ends up in a bundle belongs in dependencies, where the bill of materials lists it.',
      from: { path: '^(shared|functions|cli|simulator)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: [LAMBDA_TYPES, SARIF_TYPES] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Files that import each other are one file cut in two: neither can be read, tested or loaded first.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that resolves nowhere would escape every rule above.',
      from: {},
      to: { couldNotResolve: true, pathNot: [LAMBDA_TYPES, SARIF_TYPES] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.venv|\\.serverless)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
