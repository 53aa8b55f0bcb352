/** Takes the first fault that is meant, counting it down; the list holds what is left. Undefined when all is well. */
export function takeFirst<F extends { times?: number }>(
  faults: F[],
  isMeant: (fault: F) => boolean,
): F | undefined {
  const index = faults.findIndex(isMeant);
  const fault = faults[index];
  if (fault === undefined) return undefined;
  const left = (fault.times ?? 1) - 1;
  if (left > 0) faults[index] = { ...fault, times: left };
  else faults.splice(index, 1);
  return fault;
}
