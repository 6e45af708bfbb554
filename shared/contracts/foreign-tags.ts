import { quote } from '../core/text.ts';

/** Keys by which controllers of Kubernetes mark the target groups they made; one that ends in `/` begins a key. */
const KUBERNETES = ['elbv2.k8s.aws/cluster', 'ingress.k8s.aws/', 'service.k8s.aws/', 'eks:eks-cluster-name'] as const;

/**
 * Tells from a target group's tags that something else fills it.
 * @returns Why, in words; `undefined` where the tags say nothing of the kind.
 */
export const foreignFillerOf = (tags: Readonly<Record<string, string>>): string | undefined => {
  const key = Object.keys(tags)
    .sort()
    .find((name) => KUBERNETES.some((mark) => (mark.endsWith('/') ? name.startsWith(mark) : name === mark)));
  return key === undefined ? undefined : `Kubernetes fills it (tag ${quote(key)} = ${quote(tags[key] ?? '')})`;
};
