/** Who looks at what, in the page's address, so that a reload and a second window keep it. */
export function readAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const get = (name) => hash.get(name) ?? '';
  return { user: get('user'), channel: get('channel'), thread: get('thread'), tab: get('tab') };
}

export function writeAddress(view) {
  const filled = Object.entries(view).filter(([, value]) => value !== '');
  history.replaceState(null, '', `#${new URLSearchParams(filled)}`);
}
