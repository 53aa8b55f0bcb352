import type { SlackServer } from '../slack/model.ts';

/** A button in the page's "World" drawer, for what can go wrong outside Slack and inside it. */
export interface PageExtra {
  id: string;
  /** `EC2: throttle the next calls` */
  label: string;
  /** One sentence: what a person will see after pressing it. */
  help: string;
  run(): Promise<void> | void;
}

/** A line in the list that opens when a person types `/`. */
export interface Suggestion {
  /** With or without the leading command; `[target]` and `<backup>` are shown, not inserted. */
  text: string;
  help: string;
}

/** A step of what a newcomer can try. */
export interface TourStep {
  /** What happens then, or what to do where nothing is typed. */
  text: string;
  /** What is typed after the command: `now prod`. */
  type?: string;
}

export interface PageOptions {
  slack: SlackServer;
  /** `/circleci-backup` */
  command: string;
  /** TCP port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /** One calm line above everything, e.g. `Sandbox: nothing here is real. Time runs 10× faster.` */
  banner?: string;
  extras?: PageExtra[];
  /** How the world is now, a line a thing; shown above the buttons. */
  world?: () => string[];
  suggestions?: Suggestion[];
  /** Shown where a channel with the bot begins. */
  tour?: readonly TourStep[];
}
