import { readAddress, writeAddress } from './address.js';
import { api, fetchState, listen } from './api.js';
import { namesOf } from './blocks/names.js';
import { composer } from './composer.js';
import { byId, el } from './dom.js';
import { modals } from './forms/modal.js';
import { homeTab } from './home.js';
import { icon } from './icons.js';
import { messageList } from './messages.js';
import { personSwitcher } from './people.js';
import { messageOf, pointOut } from './permalink.js';
import { sidebar } from './sidebar.js';
import { stickToEnd } from './stick.js';
import { threadPane } from './thread.js';
import { tour } from './tour.js';
import { worldDrawer } from './world.js';

/** Where this page looks: { user, channel, thread, tab }; '' is the default of each. */
let view = readAddress();
let state;
let names;
let connected = true;
let newestTs = '';

const messages = messageList(byId('messages'));
const stick = stickToEnd(byId('messages'), byId('jump'));
const line = composer((text) => api.command({ user: state.user, channel: state.channel, text }));
const people = personSwitcher((user) => go({ user, thread: '' }));
const side = sidebar((channel) => {
  closeMenu();
  go({ channel, thread: '', tab: '' });
});
const thread = threadPane(() => go({ thread: '' }).then(line.focus));
const dialogs = modals(line.focus);
const home = homeTab();
const world = worldDrawer();

/** Looks elsewhere; what the person was looking at is shown until the new state is there. */
function go(change) {
  view = { ...view, ...change };
  writeAddress(view);
  return refresh();
}

let running;
let again = false;
/** One question at a time; what changes meanwhile is asked for once more afterwards. */
function refresh() {
  again = true;
  running ??= ask().finally(() => {
    running = undefined;
  });
  return running;
}

async function ask() {
  while (again) {
    again = false;
    const wanted = view;
    const next = await fetchState(wanted).catch(reportLost);
    if (next === undefined) return;
    if (wanted === view) show(next);
    else again = true;
  }
}

/** When nobody answers, the event stream says so in the banner and asks again when the sandbox is back. */
function reportLost(error) {
  if (!(error instanceof TypeError)) reportError(error);
}

function show(next) {
  const isOther = state === undefined || state.user !== next.user || state.channel !== next.channel;
  const isFirst = state === undefined;
  if (isFirst || state.user !== next.user) names = namesOf(next);
  state = next;
  view = { ...view, user: state.user, channel: state.channel };
  if (state.thread === undefined) view.thread = '';
  const conversation = state.conversations.find((one) => one.key === state.channel);
  const isHome = conversation.kind === 'app' && view.tab === 'home';
  const place = { user: state.user, channel: conversation.id, names, openThread: (ts) => go({ thread: ts }) };

  showHead(conversation, isHome);
  people.show(state, names);
  side.show(state, names);
  world.show(state);
  line.update(state, names, conversation);
  byId('composer').hidden = isHome;
  byId('messages').hidden = isHome;
  home.show(state, names, isHome);
  if (isOther) messages.clear();
  messages.show(state.messages, place, { before: beginning(conversation) });
  announce(isOther);
  thread.show(state.thread, place, nameOf(conversation));
  dialogs.show(state, names);
  if (isFirst && state.views.length === 0 && !view.thread) line.focus();
  writeAddress(view);
}

/** Reads new messages out, and keeps the list at its end. */
function announce(isOther) {
  const fresh = isOther ? [] : state.messages.filter((message) => Number(message.ts) > Number(newestTs));
  newestTs = state.messages.at(-1)?.ts ?? '';
  if (isOther) stick.reset();
  else stick.settle(fresh.length > 0);
  if (fresh.length === 0) return;
  byId('announcer').textContent = fresh
    .map(
      (message) =>
        `${names.member(message.user).realName}${message.ephemeralId ? ', only to you' : ''}: ${message.text}`,
    )
    .join('\n');
}

const nameOf = (conversation) => (conversation.kind === 'app' ? conversation.name : `#${conversation.name}`);

function beginning(conversation) {
  const text =
    state.older > 0
      ? `${state.older} older messages are not shown.`
      : `This is the beginning of ${nameOf(conversation)}.`;
  const items = [{ key: 'beginning', sign: text, make: () => el('p', { class: 'beginning' }, text) }];
  const hasTour = state.tour.length > 0 && state.older === 0 && conversation.kind !== 'app';
  if (hasTour && conversation.botIsIn)
    items.push({ key: 'tour', sign: '', make: () => tour(state.tour, state.command, line.write) });
  return items;
}

function showHead(conversation, isHome) {
  document.title = `${nameOf(conversation)} – ${state.teamName}`;
  byId('team').textContent = state.teamName;
  byId('channel-name').replaceChildren(
    ...(conversation.kind === 'private' ? [icon('lock'), conversation.name] : [nameOf(conversation)]),
  );
  byId('channel-note').textContent = conversation.botIsIn
    ? ''
    : `${state.bot.realName} is not in this channel.`;
  showBanner();
  const tabs = byId('tabs');
  tabs.hidden = conversation.kind !== 'app';
  const tab = (label, name, isCurrent) =>
    el(
      'button',
      {
        type: 'button',
        role: 'tab',
        'aria-selected': String(isCurrent),
        'data-tab': name,
        onclick: () => openTab(name),
      },
      label,
    );
  const current = isHome ? 'home' : '';
  if (tabs.dataset.current !== current || tabs.childElementCount === 0) {
    const hadFocus = tabs.contains(document.activeElement);
    tabs.replaceChildren(tab('Messages', '', !isHome), tab('Home', 'home', isHome));
    if (hadFocus) tabs.querySelector('[aria-selected=true]').focus();
  }
  tabs.dataset.current = current;
}

async function openTab(tab) {
  await go({ tab });
  if (tab === 'home') home.opened(state.user);
}

function showBanner() {
  const banner = byId('banner');
  banner.textContent = connected
    ? (state?.banner ?? '')
    : 'The sandbox has stopped. This page goes on by itself when it is back.';
  banner.hidden = banner.textContent === '';
  banner.classList.toggle('lost', !connected);
}

function closeMenu() {
  document.body.classList.remove('menu-open');
  byId('menu').setAttribute('aria-expanded', 'false');
}
byId('menu').addEventListener('click', () => {
  const isOpen = document.body.classList.toggle('menu-open');
  byId('menu').setAttribute('aria-expanded', String(isOpen));
  if (isOpen) byId('sidebar').querySelector('[aria-current]')?.focus();
});
byId('main').addEventListener('click', closeMenu);
byId('sidebar').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  closeMenu();
  byId('menu').focus();
});

document.addEventListener('click', async (event) => {
  const href = event.target.closest('a')?.href;
  const message = href && state && messageOf(href, state.workspaceUrl);
  if (!message) return;
  event.preventDefault();
  const { channel, ts, thread: inThread } = message;
  const place = state.conversations.find(({ id }) => id === channel);
  if (place === undefined) return;
  await go({ channel: place.key, thread: inThread, tab: '' });
  pointOut(inThread === '' ? byId('messages') : byId('thread').querySelector('.messages'), ts);
});
window.addEventListener('hashchange', () => {
  view = readAddress();
  refresh();
});
listen(refresh, (isConnected) => {
  connected = isConnected;
  showBanner();
});
refresh();
