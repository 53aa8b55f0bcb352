import type { World, WorldOptions } from '../../../sandbox/world.ts';
import type { StepEvent } from '../../../src/core/ports/step-event.ts';
import type { Draws } from '../draws.ts';
import type { Guard } from './guard.ts';
import type { Left } from './left.ts';
import type { People } from './people.ts';

/** A world with one machine of the target's, and others that are not. */
export interface GuardedWorld extends World {
  guard: Guard;
}

/** Of a trouble that is there before anything is asked for. */
export const ASKED = 'asked';

/** Something that goes wrong, or that somebody does, at one moment. */
export interface Trouble<W> {
  name: string;
  /** The step at whose beginning it begins. */
  step: string;
  begin(world: W): void;
}

/** Draws one of a kind; `steps` are those that there are. */
export type Draw<W> = (draws: Draws, steps: readonly string[]) => Trouble<W>;

/** What one workflow has of its own in schedules of faults. `S` is how it is asked for, as plain data. */
export interface Workflow<W extends GuardedWorld, S> {
  /** As NAME has it, e.g. `restore/schedules`. */
  name: string;
  draw(draws: Draws): S;
  /** The steps that it may go through, in about their order; `ASKED` stands for the moment before it is asked for. */
  steps(setting: S): readonly string[];
  /** What trouble there is; with more tickets it is drawn more often. */
  troubles(setting: S): readonly (readonly [tickets: number, kinds: readonly Draw<W>[]])[];
  world(options: WorldOptions, setting: S): Promise<W>;
  /** Somebody asks for it; gives what they are answered. */
  ask(world: W, people: People, setting: S): Promise<string>;
  /** Told of each step of each run. */
  observe?(world: W, event: StepEvent): void;
  /** Its own promises that were broken; the bot has stopped. */
  broken(world: W, left: Left, setting: S): string[];
  /** Of these a long row of schedules has more than one. */
  kind(setting: S): string;
}
