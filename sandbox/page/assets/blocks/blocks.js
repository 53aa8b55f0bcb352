import { actionElement } from '../actions.js';
import { el, freshId } from '../dom.js';
import { inputBlock } from '../forms/inputs.js';
import { icon } from '../icons.js';
import { reconcile } from '../keyed.js';
import { plan, taskCard } from './plan.js';
import { richText } from './rich-text.js';
import { plainText, textObject } from './text.js';

/**
 * Shows Block Kit blocks in `parent`; those that did not change keep their nodes. Slack gives a block without an id a new
 * one with each edit, so blocks are matched by type and order and only told their new id; inputs go by their id, because
 * that is how Slack keeps what was typed.
 */
export function showBlocks(parent, blocks, surface) {
  const counts = new Map();
  reconcile(
    parent,
    blocks.map((block) => {
      const { block_id: id, ...rest } = block;
      const count = (counts.get(block.type) ?? 0) + 1;
      counts.set(block.type, count);
      const isInput = block.type === 'input';
      return {
        key: `${block.type}/${(isInput ? id : undefined) ?? count}`,
        sign: JSON.stringify(isInput ? block : rest),
        make: () => makeBlock(block, surface),
        keep: (node) => {
          places.get(node).blockId = id;
        },
        ...(Object.hasOwn(LIVE, block.type) && { update: (node) => updates.get(node)(block, surface) }),
      };
    }),
  );
}

/** Of each block on the page: { blockId }, its id now. */
const places = new WeakMap();

/** Blocks that change in place: each makes { node, update(block, names) }. */
const LIVE = { plan, task_card: () => taskCard() };
const updates = new WeakMap();

function makeBlock(block, surface) {
  const node = el('div', { class: `block block-${block.type.replaceAll('_', '-')}` });
  const place = { blockId: block.block_id };
  places.set(node, place);
  if (Object.hasOwn(LIVE, block.type)) {
    const live = LIVE[block.type]();
    const update = (changed, { names }) =>
      guarded(node, changed, () => {
        live.update(changed, names);
        return live.node;
      });
    updates.set(node, update);
    update(block, surface);
  } else guarded(node, block, () => renderBlock(block, { ...surface, place }));
  return node;
}

/** One block of an unexpected shape must not take the channel with it. */
function guarded(parent, block, render) {
  try {
    const content = render();
    if (content !== parent.firstChild) parent.replaceChildren(content);
  } catch (error) {
    reportError(error);
    parent.replaceChildren(el('div', { class: 'unsupported' }, `cannot be shown: ${block.type}`));
  }
}

function renderBlock(block, surface) {
  const render = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : undefined;
  return render ? render(block, surface) : el('div', { class: 'unsupported' }, `unsupported: ${block.type}`);
}

const BLOCKS = {
  header: (block) =>
    el('div', { class: 'header', role: 'heading', 'aria-level': '3' }, plainText(block.text.text)),
  section,
  context: (block, { names }) =>
    el(
      'div',
      { class: 'context' },
      block.elements.map((element) =>
        element.type === 'image'
          ? imageBox(element)
          : el('div', { class: 'text' }, textObject(element, names)),
      ),
    ),
  divider: () => el('hr'),
  actions: (block, surface) =>
    el(
      'div',
      { class: 'actions' },
      block.elements.map((element) => actionElement(element, surface)),
    ),
  input: inputBlock,
  image: (block) => el('figure', {}, block.title && el('figcaption', {}, block.title.text), imageBox(block)),
  rich_text: (block, { names }) => richText(block, names),
  data_table: (block, { names }) => table(block, names),
  alert: (block, { names }) =>
    el('div', { class: `alert alert-${block.level ?? 'default'}` }, textObject(block.text, names)),
};

function section(block, surface) {
  const { names } = surface;
  const { text, fields, accessory } = block;
  const textId = accessory && freshId('text');
  return el(
    'div',
    { class: 'section' },
    el(
      'div',
      { class: 'section-text' },
      text && el('div', { class: 'text', id: textId }, textObject(text, names)),
      fields &&
        el(
          'div',
          { class: 'fields' },
          fields.map((field) => el('div', { class: 'text' }, textObject(field, names))),
        ),
    ),
    accessory &&
      el(
        'div',
        { class: 'accessory' },
        accessory.type === 'image'
          ? imageBox(accessory)
          : labelled(actionElement(accessory, surface), textId),
      ),
  );
}

/** A menu is named by what stands beside it. */
function labelled(node, textId) {
  node.querySelector('[role=combobox]')?.setAttribute('aria-labelledby', textId);
  return node;
}

/** The page loads nothing from outside, so a picture is its description. */
const imageBox = (image) =>
  el(
    'span',
    { class: 'image', role: 'img', 'aria-label': image.alt_text, title: image.image_url },
    icon('picture'),
    image.alt_text,
  );
