/** A value of an answer: a list becomes `<item>` elements, and what is undefined is left out. */
export type Xml =
  | string
  | number
  | boolean
  | undefined
  | readonly Xml[]
  | { readonly [element: string]: Xml };

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function resultDocument(
  action: string,
  requestId: string,
  result: { [element: string]: Xml },
): string {
  const inner = renderXml({ requestId, ...result });
  return `${HEAD}<${action}Response xmlns="${NAMESPACE}">${inner}</${action}Response>`;
}

export function errorDocument(code: string, message: string, requestId: string): string {
  return (
    HEAD +
    renderXml({ Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId } })
  );
}

export function renderXml(value: Xml): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeText(String(value));
  if (isList(value)) return value.map((entry) => `<item>${renderXml(entry)}</item>`).join('');
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([element, inner]) => `<${element}>${renderXml(inner)}</${element}>`)
    .join('');
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value);
}

/** Line ends go as references, because an XML reader would change them; XML 1.0 has no other control characters. */
function escapeText(raw: string): string {
  return raw
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;')
    .replaceAll('\n', '&#xA;')
    .replace(/\p{Cc}/gu, (character) => (character === '\t' ? character : ''));
}
