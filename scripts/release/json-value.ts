/** What JSON can say. A type of TypeScript, since one in a comment cannot name itself. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}
