import { timesIn } from './times.js';

/** Who and what the ids stand for, as the person `state.user` sees them. */
export function namesOf(state) {
  const members = new Map([...state.people, state.bot].map((member) => [member.id, member]));
  const channels = new Map(state.conversations.map((channel) => [channel.id, channel]));
  const groups = new Map(state.userGroups.map((group) => [group.id, group]));
  const me = members.get(state.user);
  return {
    me: state.user,
    people: state.people,
    times: timesIn(me.tz),
    isBot: (id) => id === state.bot.id,
    member: (id) => members.get(id) ?? { id, name: id, realName: id },
    channel: (id) => channels.get(id),
    channels: state.conversations.filter((channel) => channel.kind !== 'app'),
    group: (id) => groups.get(id),
  };
}

const initialsOf = (member) => {
  const words = (member.realName || member.name).split(/[\s._-]+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? '?').slice(0, 2)).toUpperCase();
};

/** One of six calm hues, the same for a member everywhere. */
const hueOf = (names, id) => {
  const index = names.people.findIndex((person) => person.id === id);
  return names.isBot(id) ? 'bot' : String(((index < 0 ? 5 : index) % 5) + 1);
};

/** A square with the member's initials; decoration, because the name stands beside it. */
export function avatar(names, id, size = 'medium') {
  const square = document.createElement('span');
  square.className = `avatar avatar-${size} hue-${hueOf(names, id)}`;
  square.setAttribute('aria-hidden', 'true');
  square.textContent = initialsOf(names.member(id));
  return square;
}
