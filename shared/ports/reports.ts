/** Where reports of audits are kept. */
export interface Reports {
  /** The text under a key; `undefined` where there is none. */
  read(key: string): Promise<string | undefined>;
  /** Puts text under a key, in the place of what was there. Repeating is safe. */
  write(key: string, text: string, contentType: string): Promise<void>;
}
