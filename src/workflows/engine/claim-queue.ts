import type { Backend } from 'openworkflow/internal';

type Claim = Backend['claimWorkflowRun'];

/**
 * OpenWorkflow's worker asks for work once for each free slot, all in one turn: with 200 slots and nothing to do that is
 * 200 transactions about once a second, and Slack waits some 20 ms for its ack meanwhile. Here the asks of a turn queue,
 * and once the answer is that there is nothing, it serves the rest of them.
 */
export function claimUntilNothing(claim: Claim): Claim {
  let before: ReturnType<Claim> | undefined;
  return (params) => {
    const earlier = before;
    // Microtasks run when the turn's asks are all made: the next one asks anew.
    if (earlier === undefined) queueMicrotask(() => (before = undefined));
    const mine = earlier === undefined ? claim(params) : behind(earlier, () => claim(params));
    before = mine;
    return mine;
  };
}

async function behind(earlier: ReturnType<Claim>, claim: () => ReturnType<Claim>): ReturnType<Claim> {
  return (await earlier) === null ? null : claim();
}
