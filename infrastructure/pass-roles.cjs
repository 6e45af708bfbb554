// What lets `remediate` attach and detach sidecars: registering a revision hands its roles to ECS, and whoever may hand
// on a role can act as it. So there is nothing here but for the roles that the stack lists.
const { namedServices } = require('./clusters.cjs');
const { settingsOf } = require('./settings.cjs');

/** @typedef {import('./settings.cjs').Context} Context */

const REVISIONS = { 'Fn::Sub': `arn:\${AWS::Partition}:ecs:\${AWS::Region}:\${AWS::AccountId}:task-definition/*:*` };
const ACTIONS = ['ecs:RegisterTaskDefinition', 'iam:PassRole'];

module.exports = {
  /** @type {(context: Context) => Promise<object[]>} */
  sidecarChanges: async (context) => {
    const { mode, passRoles } = await settingsOf(context);
    if (mode === 'observe' || passRoles.length === 0) {
      return [{ Sid: 'OnlyPlanSidecars', Effect: 'Deny', Action: ACTIONS, Resource: '*' }];
    }
    return [
      { Sid: 'RegisterRevisions', Effect: 'Allow', Action: 'ecs:RegisterTaskDefinition', Resource: REVISIONS },
      // A revision keeps the tags of the one before it. AWS asks for this right as well where it is registered with tags,
      // and tags of anything else stay out of reach.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
      {
        Sid: 'TagNewRevisions',
        Effect: 'Allow',
        Action: 'ecs:TagResource',
        Resource: REVISIONS,
        Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      },
      { Sid: 'RollOut', Effect: 'Allow', Action: 'ecs:UpdateService', Resource: await namedServices(context) },
      {
        Sid: 'HandListedRolesToEcs',
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: passRoles,
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ];
  },
};
