/** A parser of outside data. */
export interface FuzzSubject {
  readonly name: string;
  /** Right inputs, from which nearly right ones are made. */
  readonly seeds: readonly string[];
  /**
   * Reads a text as the product does.
   * @returns What of it a person may get to see; `undefined` where there is nothing.
   * @throws {TaskwireError} Where it is not understood: anything else is a fault.
   */
  read(text: string): readonly string[];
}
