/** `sqlite:./data` and `sqlite:///data` give the folder; undefined where the text is another kind of address, or names no folder. */
export function sqliteFolder(text: string): string | undefined {
  const folder = /^sqlite:(.*)$/su.exec(text)?.[1]?.replace(/^\/\/(?=\/)/, '') ?? '';
  return folder === '' || folder.startsWith('//') || folder.startsWith(':') ? undefined : folder;
}
