import { objects, optionalNumber, optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** The Resource Groups Tagging API over AWS JSON 1.1. */
export const tagging: Handlers = handlersOf({
  GetResources: (input, { call }) =>
    call('tag:GetResources', {
      TagFilters: objects(input, 'TagFilters').map((filter) => ({
        Key: text(filter, 'Key'),
        Values: texts(filter, 'Values'),
      })),
      ResourceTypeFilters: texts(input, 'ResourceTypeFilters'),
      ResourcesPerPage: optionalNumber(input, 'ResourcesPerPage'),
      PaginationToken: optionalText(input, 'PaginationToken'),
    }),
});
