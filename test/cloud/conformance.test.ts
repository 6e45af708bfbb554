import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compare, type Difference, renderOnPurpose, renderUnexpected, unusedReasons } from './conformance.ts';
import { type ConformanceWorld, createMotoSide, createSimulatorSide } from './conformance-worlds.ts';
import { type Moto, startMoto } from './moto.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('the simulator beside moto', (python) => {
  let moto: Moto;
  let sides: readonly ConformanceWorld[] = [];
  let found: readonly Difference[];

  beforeAll(async () => {
    moto = await startMoto(python);
    const [left, right] = [await createMotoSide(moto), await createSimulatorSide()];
    sides = [left, right];
    found = await compare(left, right);
    process.stderr.write(renderOnPurpose(found));
  }, 120_000);
  afterAll(async () => {
    for (const side of sides) await side.close();
    await moto?.stop();
  });

  test('answers as moto does, but for what differs on purpose', () => {
    expect(renderUnexpected(found)).toBe('');
  });

  test('gives no reason for a difference that is gone', () => {
    expect(unusedReasons(found)).toEqual([]);
  });
});
