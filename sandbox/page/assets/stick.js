/** Close enough to the end to count as being there. */
const SLACK_PX = 24;

/**
 * Keeps a scrolling list at its end while the person is there, and leaves it alone when they scrolled up; then `jump`
 * (a button) appears for what came in meanwhile.
 */
export function stickToEnd(scroller, jump) {
  let stuck = true;
  // Reachable by keyboard, so that it scrolls with the arrow keys.
  scroller.tabIndex = 0;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    jump.hidden = true;
  };
  let height = 0;
  const settle = () => {
    if (stuck) toEnd();
    height = scroller.scrollHeight;
  };
  scroller.addEventListener('scroll', () => {
    // The browser scrolls by itself when the content is laid out anew (a pane opens): that is not the person.
    if (scroller.scrollHeight !== height) return settle();
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < SLACK_PX;
    if (stuck) jump.hidden = true;
  });
  jump.addEventListener('click', () => {
    stuck = true;
    toEnd();
  });
  new ResizeObserver(settle).observe(scroller);
  return {
    reset() {
      stuck = true;
      settle();
    },
    /** After each change; `isNew`: something was added at the end. */
    settle(isNew) {
      settle();
      if (!stuck && isNew) jump.hidden = false;
    },
  };
}
