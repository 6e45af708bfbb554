/** A task's size on Fargate: CPU units and MiB. */
export interface FargateSize {
  readonly cpu: number;
  readonly memory: number;
}

const GB = 1_024;
const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * GB);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const SIZES: readonly (readonly [cpu: number, memory: readonly number[]])[] = [
  [256, [512, 1 * GB, 2 * GB]],
  [512, steps(1, 4, 1)],
  [1_024, steps(2, 8, 1)],
  [2_048, steps(4, 16, 1)],
  [4_096, steps(8, 30, 1)],
  [8_192, steps(16, 60, 4)],
  [16_384, steps(32, 120, 8)],
  [32_768, [60 * GB, 120 * GB, 244 * GB]],
];

/** Whether Fargate has tasks of this size. */
export const isFargateSize = ({ cpu, memory }: FargateSize): boolean =>
  SIZES.some(([of, memories]) => of === cpu && memories.includes(memory));

/** The smallest size with at least this cpu, then this memory; `undefined` beyond the largest. */
export const nextFargateSize = ({ cpu, memory }: FargateSize): FargateSize | undefined => {
  for (const [of, memories] of SIZES) {
    const enough = of >= cpu ? memories.find((each) => each >= memory) : undefined;
    if (enough !== undefined) return { cpu: of, memory: enough };
  }
  return undefined;
};
