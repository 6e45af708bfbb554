/** A container image's reference, taken apart. */
export interface ImageName {
  /** `public.ecr.aws`, `111122223333.dkr.ecr.eu-west-1.amazonaws.com`; absent for Docker Hub. */
  readonly registry?: string;
  /** Without registry, tag and digest: `xray/aws-xray-daemon`. */
  readonly path: string;
  /** The path's last part: `aws-xray-daemon`. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes an image's reference apart; never fails, since a reference that AWS would refuse is no collector's. */
export const imageNameOf = (image: string): ImageName => {
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const whole = colon < 0 ? named : named.slice(0, colon);
  const slash = whole.indexOf('/');
  const first = slash < 0 ? '' : whole.slice(0, slash);
  // Docker's own test: a first part without dot and colon is a folder of Docker Hub.
  const registry = /[.:]/.test(first) || first === 'localhost' ? first : undefined;
  const path = registry === undefined ? whole : whole.slice(slash + 1);
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
};

/**
 * Whether an image lies in a private repository of Amazon ECR, which nobody may pull without credentials. Templates
 * compute the account: `${AWS::AccountId}.dkr.ecr…`.
 */
export const isPrivateEcr = (image: string): boolean => /^(?:\d{12}|\$\{[^{}]*\})\.dkr[.-]ecr[.-]/.test(image);
