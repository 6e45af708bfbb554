import { describe, expect, test } from '@jest/globals';
import type { Reports } from '../../shared/ports/reports.ts';
import { type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the reports promises; its bucket is called `reports`. */
export const describeReportsContract = (make: MakeSubject<Reports>): void => {
  describe('reports', () => {
    test(
      'what was written is read, the last one; what was not is undefined',
      withSubject(make, async ({ world, port, run }) => {
        world.surroundings.buckets.set('reports', new Map());
        expect(await run(port.read('audit/latest.json'))).toBeUndefined();
        await run(port.write('audit/latest.json', '{"a":"ä"}', 'application/json'));
        await run(port.write('audit/latest.json', '{"a":"ö"}', 'application/json'));
        expect(await run(port.read('audit/latest.json'))).toBe('{"a":"ö"}');
      }),
    );

    test(
      'a bucket that is not there fails',
      withSubject(make, async ({ port, run }) => {
        await expect(run(port.read('audit/latest.json'))).rejects.toThrow(/bucket/);
      }),
    );
  });
};
