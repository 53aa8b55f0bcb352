import type { Mount } from '../../core/model/mount.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';

/** The kernel's own, those in memory, images of snaps, and layers of containers: what is lost with them nobody misses. */
const NOBODYS =
  /^(?:proc|sysfs|devtmpfs|devpts|tmpfs|ramfs|rootfs|cgroup2?|securityfs|selinuxfs|apparmorfs|pstore|efivarfs|debugfs|tracefs|hugetlbfs|mqueue|configfs|bpf|binfmt_misc|autofs|rpc_pipefs|nfsd|nsfs|squashfs|overlay|aufs|fusectl|fuse\.(?:lxcfs|gvfsd-fuse|portal|snapfuse))$/;

/** Docker's own, which come and go with containers. */
const OF_CONTAINERS = /^\/(?:var\/lib\/docker|var\/lib\/containerd|run)\//;

/** Of `/proc/mounts` what may hold a person's data: a type that is not known may. */
export function dataMounts(mounted: readonly Mount[]): Mount[] {
  return mounted.filter(({ target, type }) => !NOBODYS.test(type) && !OF_CONTAINERS.test(target));
}

/** `/proc/mounts`: all of it. */
export function readMounts(text: string): Mount[] {
  return fieldsOf(text).flatMap(([source, target, type]) =>
    target === undefined || type === undefined ? [] : [mountOf(source, target, type)],
  );
}

/**
 * `/etc/fstab`: what is to be mounted at boot, of whatever type and from whatever source, since whoever wrote it there wants it.
 * Without `noauto` (an automount is made at its first use) and swap, which has no place.
 */
export function readFstab(text: string): Mount[] {
  return fieldsOf(text).flatMap(([source, target, type = 'auto', options = '']) => {
    const isSwap = type === 'swap' || type === 'ignore' || target === 'none' || target === 'swap';
    if (target === undefined || isSwap || options.split(',').includes('noauto')) return [];
    // Two words with no path among them are no entry.
    return target.startsWith('/') || options !== '' ? [mountOf(source, target, type)] : [];
  });
}

/** Those of the one list whose place is not in the other. */
export function missingFrom(expected: readonly Mount[], mounted: readonly Mount[]): Mount[] {
  const places = new Set(mounted.map(({ target }) => placeOf(target)));
  return expected.filter(({ target }) => !places.has(placeOf(target)));
}

function placeOf(target: string): string {
  return `/${target
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

/** Source, target, type and options; what follows them is for the tools of the machine. */
const FIELDS = 4;

function fieldsOf(text: string): [string, ...string[]][] {
  const rows: [string, ...string[]][] = [];
  for (const line of text.split('\n')) {
    const [source = '', ...more] = line.trim().split(/[ \t]+/, FIELDS);
    if (more.length === 0 || source.startsWith('#')) continue;
    rows.push([unescapeOctal(source), ...more.map(unescapeOctal)]);
  }
  return rows;
}

/** A source can be an address with a password in it, or hold options with values of any kind: of these nothing is kept. */
function mountOf(source: string, target: string, type: string): Mount {
  // Nearly all are so, and there may be very many.
  if (/^[\w/.:-]*$/.test(source)) return { source, target, type };
  const shown = withoutPassword(source).replace(/([,;?&][^=,;?&]*)=[^,;?&]*/g, '$1=…');
  return { source: shown, target, type };
}

/** Without what stands behind a user's name, or alone, up to the last `@` (a password may hold one) or to where it was cut. */
function withoutPassword(source: string): string {
  const end = source.endsWith('…') ? source.length - 1 : source.lastIndexOf('@');
  const scheme = /^[\w+.#-]{0,40}:?\/\//.exec(source)?.[0] ?? '';
  const colon = source.indexOf(':', scheme.length);
  const isAlone = colon < 0 || colon > end;
  const from = isAlone ? (scheme.includes(':') ? scheme.length : end) : colon + 1;
  return from < end ? `${source.slice(0, from)}…${source.slice(end)}` : source;
}

/** The kernel writes spaces and their like as `\040`; the text is latin1 and its names are UTF-8. */
function unescapeOctal(field: string): string {
  if (/^[!-[\]-~]{1,200}$/.test(field)) return field;
  const bytes = field.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
  );
  return oneLine(Buffer.from(bytes, 'latin1').toString(), LINE_MAX);
}
