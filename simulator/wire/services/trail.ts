import { objects, optionalDecimal, optionalNumber, optionalText, text } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** AWS CloudTrail over AWS JSON 1.1. Not modelled: events of Insights. */
export const cloudTrail: Handlers = handlersOf({
  LookupEvents: (input, { call }) =>
    call('cloudtrail:LookupEvents', {
      LookupAttributes: objects(input, 'LookupAttributes').map((each) => ({
        AttributeKey: text(each, 'AttributeKey'),
        AttributeValue: text(each, 'AttributeValue'),
      })),
      StartTime: optionalDecimal(input, 'StartTime'),
      EndTime: optionalDecimal(input, 'EndTime'),
      MaxResults: optionalNumber(input, 'MaxResults'),
      NextToken: optionalText(input, 'NextToken'),
    }),
});

/** Amazon CloudWatch Logs over AWS JSON 1.1. Not modelled: streams. */
export const logs: Handlers = handlersOf({
  FilterLogEvents: (input, { call }) =>
    call('logs:FilterLogEvents', {
      logGroupName: text(input, 'logGroupName'),
      filterPattern: optionalText(input, 'filterPattern'),
      startTime: optionalNumber(input, 'startTime'),
      endTime: optionalNumber(input, 'endTime'),
      nextToken: optionalText(input, 'nextToken'),
      limit: optionalNumber(input, 'limit'),
    }),
});
