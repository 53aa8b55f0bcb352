import type { Build } from '../../core/cleanup/builds.ts';
import {
  type BuildMark,
  type BuildState,
  buildMarkId,
  type CleanedBuild,
  resultsOf,
} from '../../core/cleanup/results.ts';
import type { Store } from '../../core/store/store.ts';
import type { CleanupInput } from '../../runs/cleanup.ts';

/** Written down before a build is deleted and after it, so that a killed process leaves no doubt about any of them. */
export interface BuildMarks {
  of(build: Build): Promise<BuildMark['state'] | undefined>;
  /** Before the first form that may delete it. */
  begin(build: Build): Promise<void>;
  /** Its result, with its row in the audit; a result that is there already stays. */
  end(build: Build, state: BuildState): Promise<void>;
  results(): Promise<CleanedBuild[]>;
}

export function createBuildMarks(store: Store, now: () => number, input: CleanupInput): BuildMarks {
  const { runId, target, builds } = input;
  const places = new Map(builds.map(({ url }, place) => [url, place]));
  const idOf = ({ url }: Build) => buildMarkId(runId, places.get(url) ?? -1);

  const stateOf = async (build: Build) => (await store.buildMarks.get(idOf(build)))?.value.state;

  return {
    of: stateOf,
    async begin(build) {
      await store.buildMarks.insert(idOf(build), { url: build.url, state: { result: 'begun' } }, false);
    },
    end: (build, state) =>
      store.transaction(async (tx) => {
        const id = idOf(build);
        const mark: BuildMark = { url: build.url, state };
        const before = await tx.buildMarks.get(id);
        if (before !== undefined && before.value.state.result !== 'begun') return;
        if (before === undefined) await tx.buildMarks.insert(id, mark, false);
        else await tx.buildMarks.replace(id, before.version, mark, false);
        await tx.audit.append({
          at: now(),
          kind: 'stage',
          verb: 'cleanup',
          target,
          runId,
          detail: { stage: 'build', build: build.url, ...state },
        });
      }),
    async results() {
      const states = new Map<string, BuildState>();
      for (const build of builds) {
        const state = await stateOf(build);
        if (state !== undefined) states.set(build.url, state.result === 'begun' ? UNKNOWN : state);
      }
      return resultsOf(builds, states);
    },
  };
}

const UNKNOWN: BuildState = {
  result: 'failed',
  message: 'its deletion was begun, and nobody has seen since whether it is gone.',
};
