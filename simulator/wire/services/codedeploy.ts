import { optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** AWS CodeDeploy over AWS JSON 1.1. */
export const codeDeploy: Handlers = handlersOf({
  ListApplications: (input, { call }) =>
    call('codedeploy:ListApplications', { nextToken: optionalText(input, 'nextToken') }),
  BatchGetApplications: (input, { call }) =>
    call('codedeploy:BatchGetApplications', { applicationNames: texts(input, 'applicationNames') }),
  ListDeploymentGroups: (input, { call }) =>
    call('codedeploy:ListDeploymentGroups', {
      applicationName: text(input, 'applicationName'),
      nextToken: optionalText(input, 'nextToken'),
    }),
  BatchGetDeploymentGroups: (input, { call }) =>
    call('codedeploy:BatchGetDeploymentGroups', {
      applicationName: text(input, 'applicationName'),
      deploymentGroupNames: texts(input, 'deploymentGroupNames'),
    }),
});
