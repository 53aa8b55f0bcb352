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

/** Looks the problem's own function up; undefined where the table is of another family. */
export function explainBy(table: object, problem: { code: string }): Explanation | undefined {
  if (!Object.hasOwn(table, problem.code)) return undefined;
  // `Explanations` has tied each code to its own kind of problem.
  const say = (table as Record<string, (problem: { code: string }) => Explanation>)[problem.code];
  return say?.(problem);
}
