import { objects, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** Amazon EventBridge over AWS JSON 1.1. Not modelled: buses other than the account's default one. */
export const eventBridge: Handlers = handlersOf({
  PutEvents: (input, { call }) =>
    call('events:PutEvents', {
      Entries: objects(input, 'Entries').map((entry) => ({
        Source: text(entry, 'Source'),
        DetailType: text(entry, 'DetailType'),
        Detail: text(entry, 'Detail'),
        Resources: texts(entry, 'Resources'),
      })),
    }),
  DescribeRule: (input, { call }) => call('events:DescribeRule', { Name: text(input, 'Name') }),
  EnableRule: (input, { call }) => call('events:EnableRule', { Name: text(input, 'Name') }),
  DisableRule: (input, { call }) => call('events:DisableRule', { Name: text(input, 'Name') }),
});
