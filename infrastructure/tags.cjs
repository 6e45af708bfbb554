// What carries the tag prefix in a key or a pattern.
const { settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

/** The tags of which a target group must carry one. IAM ANDs the keys of one condition, so each has a statement. */
const KINDS = ['service', 'family', 'beanstalk'];
const ACTIONS = ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'];

module.exports = {
  /**
   * What `register-targets` may change: target groups that opted in and are not only observed. AWS itself refuses all
   * else, whatever the code decides. A stack in the mode `observe` may change nothing at all.
   * @type {(context: Context) => Promise<object[]>}
   */
  targetGroupChanges: async (context) => {
    const { mode, tagPrefix } = await settingsOf(context);
    if (mode === 'observe') return [{ Sid: 'OnlyObserve', Effect: 'Deny', Action: ACTIONS, Resource: '*' }];
    return KINDS.map((kind) => ({
      Sid: `ChangeWhatIsTagged${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
      Effect: 'Allow',
      Action: ACTIONS,
      Resource: {
        'Fn::Sub': `arn:\${AWS::Partition}:elasticloadbalancing:\${AWS::Region}:\${AWS::AccountId}:targetgroup/*/*`,
      },
      Condition: {
        Null: { [`aws:ResourceTag/${tagPrefix}:${kind}`]: 'false' },
        // True as well where the tag is missing: enforce is the default.
        StringNotEquals: { [`aws:ResourceTag/${tagPrefix}:mode`]: 'observe' },
      },
    }));
  },

  /** The keys of tag changes that matter: any of ours, taken away included. @type {(context: Context) => Promise<object[]>} */
  changedKeys: async (context) => [{ prefix: `${(await settingsOf(context)).tagPrefix}:` }],
};
