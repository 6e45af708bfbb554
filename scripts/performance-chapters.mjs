/**
 * What docs/performance.md says of each benchmark, in its order.
 * @type {readonly import('./performance-page.mjs').Chapter[]}
 */
export const PERFORMANCE_CHAPTERS = [
  {
    benchmark: 'convergence',
    title: 'Convergence at scale',
    about:
      'How long it takes from an event of ECS until the target is in, or out of, its group, when a whole fleet moves. In virtual time, on the simulator with the call budgets that AWS documents. The others are written after what they stand for, and given the best of it: one call per event never loses one, and the full reconcile of the AWS Load Balancer Controller knows every task at once and is one process, where Taskwire hears of tasks through a queue, asks ECS, proves before it removes, and runs twice. Both take all of AWS’s calls. The lower bound is one that no schedule of calls can beat, even one that knows the future and reads nothing; where all happens at once, it counts deregistrations alone. What follows for a fleet of yours is in [capacity](capacity.md).',
    figures: {
      stopToBound: 'rollover, stop to deregistered, p99, against the lower bound at the same share',
      stopToBoundAtFour: 'the same with all of AWS’s calls',
      oneCallToTaskwire: 'one call per event takes this many times longer',
      worstToFullReconcile: 'the worst p99 of any scenario, against full reconciles; both with all calls',
      stopP99Seconds: 'rollover, stop to deregistered, p99',
      boundP99Seconds: 'its lower bound',
      wrong: 'targets taken out while their task served, and changes never made',
      callGrowth: 'growth of the calls: the exponent',
      latencyGrowth: 'growth of the p99 in the rollover: the exponent',
      boundGrowth: 'growth of its lower bound: the exponent',
    },
    bounds:
      'A group whose tasks come and go takes two calls each time it is visited, so 200 groups wait 148 seconds for all of the events’ nine tenths of 3 calls per second; a tenth is kept for the sweep. Two instances, the fewest that an event source mapping runs, share nothing but the queue, and sometimes visit a group that the other has just left. Reads bound a wave of small changes: each call rests on a look that is at most two seconds old. In one service, the second in which the queue gathers messages is most of it.',
  },
  {
    benchmark: 'audit-peers',
    title: 'An audit, against Cloud Custodian and Prowler',
    about:
      'The whole `taskwire audit` against Cloud Custodian with policies for what both can see, and Prowler’s checks of ECS: a process each, in turns, on one moto server with 2,000 services. They do not see the same, as the last tables say; what each is better for is in [comparison](comparison.md).',
    figures: {
      timesFasterThanCustodian: 'times faster than Cloud Custodian',
      timesFasterThanProwler: 'times faster than Prowler',
      callsAgainstCustodian: 'calls, against Cloud Custodian’s',
      callsAgainstProwler: 'calls, against Prowler’s',
      callsAgainstCustodianNextDay: 'calls, the next day, against Cloud Custodian’s',
      callsAgainstProwlerNextDay: 'calls, the next day, against Prowler’s',
      timeGrowthExponent: 'growth of the time: the exponent',
      callsGrowthExponent: 'growth of the calls: the exponent',
      timesFasterThanCustodianUnderAwsRates: 'times faster than Cloud Custodian where the rates of AWS hold for all',
      timesFasterThanProwlerUnderAwsRates: 'times faster than Prowler where the rates of AWS hold for all',
      timesFasterThanCustodianAtTenTimesTheRates: 'times faster than Cloud Custodian at ten times its own call rates',
      timesFasterThanProwlerAtTenTimesTheRates: 'times faster than Prowler at ten times its own call rates',
      timesFasterThanCustodianNextDay: 'times faster than Cloud Custodian, the next day',
      timesFasterThanProwlerNextDay: 'times faster than Prowler, the next day',
      timesFasterThanCustodianNextDayAtTenTimesTheRates:
        'times faster than Cloud Custodian, the next day, at ten times its own call rates',
      timesFasterThanProwlerNextDayAtTenTimesTheRates:
        'times faster than Prowler, the next day, at ten times its own call rates',
      callsPerService: 'calls for each service',
      peakMb: 'memory at its peak',
    },
    bounds:
      'An audit keeps to its share of the call rates that AWS documents, so that it never takes from the functions what they need; moto has no such rates, and the others send as fast as it answers. Of 2,000 families in use each revision must be described once, a call each, by whoever looks at it for the first time: at AWS’s 20 a second that is 98 s, at Taskwire’s half 198 s. The next day Taskwire knows them and needs a third of the calls (`--reuse`; with a report bucket the function does so by itself); then it waits for the two reads of each target group, 5 a second. What it takes at ten times its rates shows how much of all that is waiting. Without any waiting, too, five times faster is out of reach here: moto needs about 6 ms for a call, so 928 calls take longer than a fifth of Cloud Custodian’s time, and whoever describes 2,000 revisions takes about as long as it. Where AWS’s rates hold and deployments have left old revisions, as they do, it is the others that wait, since they describe every revision, and send what was throttled again. Cloud Custodian takes 3 % fewer calls the first time because it does not look at auto scaling and tasks, a tenth of Taskwire’s calls.',
  },
  {
    benchmark: 'cold-start',
    title: 'Start of a function',
    about:
      'How long the Node of AWS Lambda takes to load a function, as built for deployment, against the same source in the usual bundle (esbuild, one minified CommonJS file, packages as `require` finds them) and against a handler that does nothing. Each start is a process of its own. Lambda’s own part, fetching the code and starting the runtime, is the same for all and not in it.',
    figures: {
      'register-targets againstUsual': '`register-targets`, against its usual bundle',
      'verify-xray againstUsual': '`verify-xray`',
      'adjust-scaling againstUsual': '`adjust-scaling`',
      'audit againstUsual': '`audit`',
      'gate-deployment againstUsual': '`gate-deployment`',
      'remediate againstUsual': '`remediate`',
      'register-targets aboveEmptyMs': '`register-targets`, slower than an empty handler',
    },
  },
  {
    benchmark: 'decision',
    title: 'Deciding about events',
    about:
      'A batch as Lambda hands it over, from its bytes to what is to be done to each target group: parsed and checked, folded to one task each, indexed and planned. The reference is `JSON.parse` of the same bytes, which nothing that reads events can do without.',
    figures: {
      againstParse: '1,000 events, against `JSON.parse` of their bytes',
      decisionMs: 'CPU time',
      growthExponent: 'growth: the exponent, 1 being linear',
    },
  },
  {
    benchmark: 'sweep',
    title: 'A sweep',
    about:
      'Everything that a sweep does but waiting for AWS, whose answers come from memory: it reads tags and bindings, surveys the services, lists and describes the tasks, learns definitions and subnets, and settles every group, from its targets over the plan to the changes and the plan after each. The fleet rolls over: one task of ten stops, another one has started.',
    figures: {
      sweepMs: '10,000 tasks and 200 groups, CPU time',
      planMs: 'of that, planning each group once',
      planAgainstParse: 'planning, against `JSON.parse` of the tasks',
      growthExponent: 'growth: the exponent',
    },
  },
  {
    benchmark: 'judge',
    title: 'An audit’s judgement',
    about:
      'All rules over what an audit saw, to its report; 1,000 services with ten tasks, a revision and a target group each, in memory.',
    figures: { judgeMs: '1,000 services, CPU time', growthExponent: 'growth: the exponent' },
  },
  {
    benchmark: 'audit-memory',
    title: 'Memory of an audit',
    about: 'The built `audit`, twice over 1,000 services with 10,000 tasks, reports kept: its process at its largest.',
    figures: {
      residentMb: 'resident memory',
      heapMb: 'of that, used heap',
      htmlBytes: 'the page',
      jsonBytes: 'the report as JSON',
    },
  },
  {
    benchmark: 'page',
    title: 'The report’s page',
    about: '1,000 services in 10 clusters with 1,000 findings and 30 earlier audits.',
    figures: { bytes: 'its size', medianMs: 'rendering it' },
  },
  {
    benchmark: 'lint',
    title: 'Lint',
    about:
      'The whole verb, from its arguments to its text, over 1,000 task definition files; by the clock, since it reads files.',
    figures: {
      againstAllowed: 'against 3 times reading and `JSON.parse`, plus 1 s',
      lintMs: 'it took',
      parseMs: 'reading and `JSON.parse` took',
      growthExponent: 'growth: the exponent',
    },
  },
  {
    benchmark: 'batching',
    title: 'Batch and window of the queue',
    about:
      'Event to registered, p99, while 20 services of 25 tasks start and roll over at once, in virtual time: as deployed (1,000 messages, 1 s), against the best of five other settings.',
    figures: { againstBest: 'p99, against the best other setting', p50Seconds: 'p50', p99Seconds: 'p99' },
    bounds:
      'A longer window lowers the median in such a storm, and costs its whole length in quiet hours, which are nearly all.',
  },
];
