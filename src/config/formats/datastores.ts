import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { bad, type Format, format, good } from './format.ts';

/** One datastore as it was written: words and texts; a list is joined by commas. */
export type WrittenDatastore = Readonly<Record<string, string>>;

const MOST = 20;
/** YAML stands for more than its text where it names a part of itself. */
const LONGEST = 20_000;

const SHAPE = 'Write a list of maps, each with a name and a kind';

/** A list of maps in YAML, of which JSON is a part; what is in them is looked at by `checks/datastores`. */
export const datastores: Format<WrittenDatastore[]> = format<WrittenDatastore[]>((text) => {
  const shape = (what: string) => bad({ what, use: SHAPE });
  if (text.length > LONGEST) return shape(`is longer than ${LONGEST} characters`);
  const document = parseDocument(text, { schema: 'failsafe' });
  const list = document.contents;
  if (document.errors.length > 0 || !isSeq(list)) return shape('is not a list');
  if (list.items.length === 0) return shape('names no datastore');
  if (list.items.length > MOST) return shape(`names more than ${MOST} datastores`);
  const written: WrittenDatastore[] = [];
  for (const item of list.items) {
    if (!isMap(item)) return shape('has an item that is not a map');
    const words = new Map<string, string>();
    for (const { key, value } of item.items) {
      const word = isScalar(key) ? String(key.value) : '';
      const said = textIn(value);
      if (said === undefined) return shape('has a value that is neither a text nor a list of texts');
      words.set(word, said);
    }
    written.push(Object.fromEntries(words));
  }
  return good(written);
});

/** Undefined for what is no text; an alias is none. */
function textIn(value: unknown): string | undefined {
  if (value === null) return '';
  if (isScalar(value)) return String(value.value ?? '').trim();
  if (!isSeq(value) || !value.items.every((item) => isScalar(item))) return undefined;
  return value.items.map((item) => String(item.value ?? '').trim()).join(',');
}
