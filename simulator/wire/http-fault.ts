/** What a protocol needs of an error to write it the way AWS does. */
export interface WireFault {
  /** As on the wire: `TargetGroupNotFound` in a query protocol, `ClusterNotFoundException` in JSON. */
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** A request that is refused before it reaches a service: too large, unknown action, a parameter of the wrong type. */
export class WireError extends Error implements WireFault {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'WireError';
    this.code = code;
    this.status = status;
  }
}
