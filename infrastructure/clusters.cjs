// Which clusters a deployment looks at, as the ARNs of a role and as the filter of a rule.
const { settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

/**
 * Names for ARNs. Beanstalk chooses the names of its clusters itself and the clusters of tagged environments are
 * always watched, so they are never left out; nothing is changed in any cluster.
 * @type {(context: Context) => Promise<string[]>}
 */
async function patternsOf(context) {
  const { clusters } = await settingsOf(context);
  return clusters.length === 0 ? ['*'] : [...clusters, 'awseb-*'];
}

/** Only those that are named: no service of Beanstalk's clusters is scaled, and no task of theirs traced by default. @type {(context: Context) => Promise<string[]>} */
async function namedOf(context) {
  const { clusters } = await settingsOf(context);
  return clusters.length === 0 ? ['*'] : clusters;
}

/** @type {(resource: string) => { 'Fn::Sub': string }} */
const arn = (resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/**
 * ARNs of resources that carry their cluster's name.
 * @type {(of: (context: Context) => Promise<string[]>, ...kinds: string[]) => (context: Context) => Promise<object[]>}
 */
const inClusters =
  (of, ...kinds) =>
  async (context) => {
    const names = await of(context);
    return kinds.flatMap((kind) =>
      names.map((name) => arn(kind === 'cluster' ? `cluster/${name}` : `${kind}/${name}/*`)),
    );
  };

module.exports = {
  arns: inClusters(patternsOf, 'cluster'),
  tasks: inClusters(patternsOf, 'task'),
  containerInstances: inClusters(patternsOf, 'container-instance'),
  services: inClusters(patternsOf, 'service'),
  servicesAndRevisions: inClusters(patternsOf, 'service', 'service-revision'),
  namedArns: inClusters(namedOf, 'cluster'),
  namedTasks: inClusters(namedOf, 'task'),
  namedServices: inClusters(namedOf, 'service'),
  namedContainerInstances: inClusters(namedOf, 'container-instance'),

  /**
   * The `resources` of an event about a service. Where all clusters are watched, any service.
   * @type {(context: Context) => Promise<object[]>}
   */
  serviceResources: async (context) => {
    const { clusters } = await settingsOf(context);
    const beginnings = clusters.length === 0 ? ['service/'] : clusters.map((name) => `service/${name}/`);
    return beginnings.map((beginning) => ({ prefix: arn(beginning) }));
  },

  /** The `detail` of a task that a service started and Spot takes back. @type {(context: Context) => Promise<object>} */
  spotStops: async (context) => {
    const { clusters } = await settingsOf(context);
    return {
      ...(clusters.length > 0 && { clusterArn: clusters.map((name) => arn(`cluster/${name}`)) }),
      stopCode: ['SpotInterruption'],
      group: [{ prefix: 'service:' }],
    };
  },

  /**
   * The `detail` of a task that can tell something of its collector (shared/app/verify-xray.ts). RUNNING tells of it, also
   * each time a container of the task ends. PENDING, since a task that never runs is judged by its definition all the
   * same; before it the task may have no instance yet, and ACTIVATING lies between the two and tells nothing that they
   * do not. Of the ends the one with an essential container, in every stage: only the early ones tell which container
   * was first, and any of them may be the only one that comes.
   * @type {(context: Context) => Promise<object>}
   */
  tracedStates: async (context) => {
    const { clusters, tracing } = await settingsOf(context);
    return {
      ...(clusters.length > 0 && { clusterArn: clusters.map((name) => arn(`cluster/${name}`)) }),
      // A service may ask for tracing by its tag; a task without one has nothing to ask with.
      ...(tracing === 'off' && { startedBy: [{ prefix: 'ecs-svc/' }] }),
      $or: [
        { desiredStatus: ['RUNNING'], lastStatus: ['PENDING', 'RUNNING'] },
        { desiredStatus: ['STOPPED'], stopCode: ['EssentialContainerExited'] },
      ],
    };
  },

  /**
   * The `detail` of a rule's pattern; where all clusters are watched it names none.
   * @type {(context: Context) => Promise<object>}
   */
  taskStates: async (context) => {
    const { clusters } = await settingsOf(context);
    const watched = [...clusters.map((name) => arn(`cluster/${name}`)), { prefix: arn('cluster/awseb-') }];
    return {
      ...(clusters.length > 0 && { clusterArn: watched }),
      // Running, or about to end. All that comes before RUNNING tells nothing that could be done.
      $or: [{ lastStatus: ['RUNNING'], desiredStatus: ['RUNNING'] }, { desiredStatus: ['STOPPED'] }],
    };
  },
};
