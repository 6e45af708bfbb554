import {
  EventBridgeClient,
  ListRulesCommand,
  type ListRulesCommandInput,
  type ListRulesCommandOutput,
  ListTargetsByRuleCommand,
  type ListTargetsByRuleCommandInput,
  type ListTargetsByRuleCommandOutput,
  type ServiceInputTypes as RulesInput,
  type ServiceOutputTypes as RulesOutput,
} from '@aws-sdk/client-eventbridge';
import {
  GetAccountSettingsCommand,
  type GetAccountSettingsCommandOutput,
  GetFunctionConfigurationCommand,
  type GetFunctionConfigurationCommandInput,
  type GetFunctionConfigurationCommandOutput,
  LambdaClient,
  type ServiceInputTypes as LambdaInput,
  type ServiceOutputTypes as LambdaOutput,
  ListEventSourceMappingsCommand,
  type ListEventSourceMappingsCommandInput,
  type ListEventSourceMappingsCommandOutput,
  ListFunctionsCommand,
  type ListFunctionsCommandInput,
  type ListFunctionsCommandOutput,
} from '@aws-sdk/client-lambda';
import type { MoreClients } from './clients.ts';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try } from './watch.ts';

/** The calls of Lambda and EventBridge that look at a stack; a file of its own, read when first needed. */
export interface StackClient {
  getFunctionConfiguration(
    input: GetFunctionConfigurationCommandInput,
    options: SendOptions,
  ): Promise<GetFunctionConfigurationCommandOutput>;
  listFunctions(input: ListFunctionsCommandInput, options: SendOptions): Promise<ListFunctionsCommandOutput>;
  listEventSourceMappings(
    input: ListEventSourceMappingsCommandInput,
    options: SendOptions,
  ): Promise<ListEventSourceMappingsCommandOutput>;
  getAccountSettings(options: SendOptions): Promise<GetAccountSettingsCommandOutput>;
  listRules(input: ListRulesCommandInput, options: SendOptions): Promise<ListRulesCommandOutput>;
  listTargetsByRule(
    input: ListTargetsByRuleCommandInput,
    options: SendOptions,
  ): Promise<ListTargetsByRuleCommandOutput>;
}

/** Makes them, over the connections and the watch of the other clients. */
export const createStackClient = ({ config, readTries, watch }: MoreClients): StackClient => {
  const lambda = new LambdaClient(config(readTries));
  lambda.middlewareStack.addRelativeTo(
    (next: Try<LambdaInput, LambdaOutput>, context: CallContext) => watch.around('lambda', next, context),
    watch.place,
  );
  const events = new EventBridgeClient(config(readTries));
  events.middlewareStack.addRelativeTo(
    (next: Try<RulesInput, RulesOutput>, context: CallContext) => watch.around('events', next, context),
    watch.place,
  );
  return {
    getFunctionConfiguration: (input, options) => lambda.send(new GetFunctionConfigurationCommand(input), options),
    listFunctions: (input, options) => lambda.send(new ListFunctionsCommand(input), options),
    listEventSourceMappings: (input, options) => lambda.send(new ListEventSourceMappingsCommand(input), options),
    getAccountSettings: (options) => lambda.send(new GetAccountSettingsCommand({}), options),
    listRules: (input, options) => events.send(new ListRulesCommand(input), options),
    listTargetsByRule: (input, options) => events.send(new ListTargetsByRuleCommand(input), options),
  };
};
