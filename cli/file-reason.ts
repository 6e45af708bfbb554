const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Check its name, and the folder that this runs in.',
  EISDIR: 'It is a folder. Give a file.',
  ENOTDIR: 'Its folder is a file. Check the path.',
  EACCES: 'You may not. Check its rights.',
  EPERM: 'You may not. Check its rights.',
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Whether a file could not be read since there is none. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** Why a file could not be read or written, in a sentence. @param missing Of what is not there, where that is no file. */
export const fileReason = (error: unknown, missing?: string): string => {
  const code = codeOf(error);
  if (isMissing(error) && missing !== undefined) return missing;
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
};
