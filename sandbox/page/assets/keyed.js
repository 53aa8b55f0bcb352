/** What each parent shows now: key -> { node, sign }. */
const shownIn = new WeakMap();

/**
 * Makes the children of `parent` the given items, touching only what changed, so that focus, scroll, open menus and
 * spinners of everything else stay. An item is { key, sign, make(): Element, update?(node), keep?(node) }; an item whose
 * sign changed is updated in place when it knows how, else replaced; `keep` is told of a node that stays.
 */
export function reconcile(parent, items) {
  const old = shownIn.get(parent) ?? new Map();
  const next = new Map();
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, { node }] of old) if (!wanted.has(key)) node.remove();
  let cursor = parent.firstChild;
  for (const item of items) {
    let entry = old.get(item.key);
    if (entry === undefined) entry = { node: item.make(), sign: item.sign };
    else if (entry.sign !== item.sign) {
      if (item.update) item.update(entry.node);
      else {
        const node = item.make();
        if (cursor === entry.node) cursor = node;
        replaceKeepingFocus(entry.node, node);
        entry = { node };
      }
      entry.sign = item.sign;
    } else item.keep?.(entry.node);
    if (cursor === entry.node) cursor = cursor.nextSibling;
    else parent.insertBefore(entry.node, cursor);
    next.set(item.key, entry);
  }
  shownIn.set(parent, next);
}

/** Forgets and removes everything: for another person or another channel. */
export function clear(parent) {
  shownIn.delete(parent);
  parent.replaceChildren();
}

/** A control that had the focus gives it to the control with the same action in its replacement. */
function replaceKeepingFocus(before, after) {
  const action = before.contains(document.activeElement)
    ? document.activeElement.closest('[data-action]')?.dataset.action
    : undefined;
  before.replaceWith(after);
  if (action === undefined) return;
  const same = [after, ...after.querySelectorAll('[data-action]')].find(
    (one) => one.dataset.action === action,
  );
  same?.focus({ preventScroll: true });
}
