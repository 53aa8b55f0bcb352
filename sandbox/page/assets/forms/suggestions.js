/** `/circleci-backup restore [backup]`: what is inserted (`literal`) and what only explains (`rest`). */
export function prepareSuggestions(suggestions, command) {
  return suggestions.map(({ text, help }) => {
    const full = text.startsWith('/') ? text : `${command} ${text}`.trim();
    const at = full.search(/[[<]/);
    return { full, help, literal: (at === -1 ? full : full.slice(0, at)).trim(), hasRest: at !== -1 };
  });
}

/** Those that go on from what is typed, and the one whose arguments are being typed. */
export function matchingSuggestions(prepared, typed) {
  if (!typed.startsWith('/')) return [];
  const text = typed.toLowerCase();
  return prepared.filter(({ literal, hasRest }) => {
    const own = literal.toLowerCase();
    return (
      (own.startsWith(text.trimEnd()) && own !== text) ||
      (hasRest && (text === own || text.startsWith(`${own} `)))
    );
  });
}
