/** Time is passed in, so that a run can be replayed. */
export interface Clock {
  nowMs(): number;
}

/** Identity and chance are passed in. Returns a fresh, unguessable, URL-safe id with the given prefix, e.g. `case_…`. */
export type NewId = (prefix: string) => string;
