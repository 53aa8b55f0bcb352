import { bad, type Format, format, good } from './format.ts';

/** `sqlite:./data` gives `./data`: the folder in which the bot keeps its files. */
export const dataFolder: Format<string> = format((text) => {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/su.exec(text) ?? [];
  const use = 'Use sqlite: and a folder';
  if (scheme === 'postgres' || scheme === 'postgresql')
    return bad({ part: scheme, what: 'is not supported by this version yet', use });
  if (scheme === 'sqlite') {
    const folder = rest?.replace(/^\/\/(?=\/)/, '') ?? '';
    return folder === '' || folder.startsWith('//') || folder.startsWith(':')
      ? bad({ what: 'names no folder', use })
      : good(folder);
  }
  // A password may stand where a scheme is expected; only what is surely a scheme is shown.
  return scheme !== undefined && rest?.startsWith('//')
    ? bad({ part: scheme, what: 'is not a kind of database this bot knows', use })
    : bad({ what: 'does not say where the bot keeps its data', use });
});
