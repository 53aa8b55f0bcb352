/** A problem in a person's words. */
export interface Explanation {
  /** What happened, one or two sentences, plain text. */
  reason: string;
  /** What to do next, plain text. */
  next: string;
}

/** One function a code: how each problem of a family is said. */
export type Explanations<P extends { code: string }> = {
  [C in P['code']]: (problem: Extract<P, { code: C }>) => Explanation;
};
