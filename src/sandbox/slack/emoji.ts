/** Names of emoji that a bot of this kind uses; others stay as `:name:`. */
const pictures: Record<string, string> = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  warning: '⚠️',
  rotating_light: '🚨',
  octagonal_sign: '🛑',
  no_entry: '⛔',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  lock: '🔒',
  key: '🔑',
  floppy_disk: '💾',
  package: '📦',
  wastebasket: '🗑️',
  arrows_counterclockwise: '🔄',
  information_source: 'ℹ️',
  question: '❓',
  bell: '🔔',
  eyes: '👀',
  tada: '🎉',
  mag: '🔍',
  clipboard: '📋',
  calendar: '📅',
  alarm_clock: '⏰',
  double_vertical_bar: '⏸️',
  arrow_forward: '▶️',
  hammer_and_wrench: '🛠️',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  large_blue_circle: '🔵',
  red_circle: '🔴',
  white_circle: '⚪',
};

export function emojiOf(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => pictures[name] ?? whole);
}
