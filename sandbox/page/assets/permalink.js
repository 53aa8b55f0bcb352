/** A message of this workspace by its link, { channel, ts, thread }; undefined for any other address. */
export function messageOf(href, workspaceUrl) {
  if (!href.startsWith(`${workspaceUrl}archives/`)) return undefined;
  const { pathname, searchParams } = new URL(href);
  const [, channel, seconds, fraction] = /archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname) ?? [];
  if (channel === undefined) return undefined;
  return { channel, ts: `${seconds}.${fraction}`, thread: searchParams.get('thread_ts') ?? '' };
}

/** Brings a message to the middle of its list and lets it light up, as Slack does after a click on its link. */
export function pointOut(list, ts) {
  const message = list.querySelector(`[data-ts="${ts}"]`);
  if (message === null) return;
  message.scrollIntoView({ block: message.offsetHeight > list.clientHeight ? 'start' : 'center' });
  message.classList.remove('pointed-out');
  // Read, so that the animation starts anew.
  void message.offsetWidth;
  message.classList.add('pointed-out');
}
