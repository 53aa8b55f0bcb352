import type { Workspace } from '../model.ts';

const broadcasts = ['here', 'channel', 'everyone'];

/**
 * A command's text as Slack sends it with `should_escape: true`: `&`, `<`, `>` escaped; people, groups, channels and
 * links that a person typed turned into `<@U…|name>`, `<!subteam^S…|@handle>`, `<#C…|name>` and `<https://…>`.
 */
export function escapeCommandText(text: string, workspace: Workspace): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/https?:\/\/[^\s]+|(?<![\w])@[\w.-]+|(?<![\w&])#[\w-]+/g, (found) => {
    if (found.startsWith('http')) return `<${found}>`;
    return found.startsWith('@')
      ? mention(found.slice(1), workspace)
      : channelLink(found.slice(1), workspace);
  });
}

function mention(name: string, workspace: Workspace): string {
  const person = [...workspace.people, workspace.bot].find((member) => member.name === name);
  if (person) return `<@${person.id}|${person.name}>`;
  const group = workspace.userGroups.find((each) => each.handle === name);
  if (group) return `<!subteam^${group.id}|@${group.handle}>`;
  return broadcasts.includes(name) ? `<!${name}>` : `@${name}`;
}

function channelLink(name: string, workspace: Workspace): string {
  const channel = workspace.channels.find((each) => each.name === name && !each.im);
  return channel ? `<#${channel.id}|${channel.name}>` : `#${name}`;
}
