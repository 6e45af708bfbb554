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

/** Those whose services are scaled: Beanstalk's clusters have none. @type {(context: Context) => Promise<string[]>} */
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
