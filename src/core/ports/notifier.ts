/** The way to Slack as workflows see it: they write what should stand there into the store, and say that they did. */
export interface Notifier {
  /** There is something new in the outbox. */
  wake(): void;
  /** Says something although the store cannot be written: posted once, best effort, and repeated only after a while. */
  emergency(channel: string, key: string, text: string): void;
}
