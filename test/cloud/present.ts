/** A member that the SDK's types leave open and AWS always gives. @throws If it is missing: the stand-in answered less. */
export const present = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('the stand-in left out a member that AWS always gives');
  return value;
};
