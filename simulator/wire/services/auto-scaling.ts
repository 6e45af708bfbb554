import { optionalNumber, optionalText } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** Amazon EC2 Auto Scaling over awsQuery. Not modelled: filters by name or tag. */
export const autoScaling: Handlers = handlersOf({
  DescribeAutoScalingGroups: (input, { call }) =>
    call('autoscaling:DescribeAutoScalingGroups', {
      NextToken: optionalText(input, 'NextToken'),
      MaxRecords: optionalNumber(input, 'MaxRecords'),
    }),
});
