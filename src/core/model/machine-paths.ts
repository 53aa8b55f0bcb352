/** Where Replicated keeps its settings, on Debian's family and on Red Hat's. */
export const REPLICATED_FOLDERS = ['/etc/default', '/etc/sysconfig'];

/** The daemon, its operator, and what the operator was called in Replicated 1.2. */
const NAMES = ['replicated', 'replicated-operator', 'replicated-agent'];

/** The only files that a restore writes. */
export const REPLICATED_PATHS = REPLICATED_FOLDERS.flatMap((folder) =>
  NAMES.map((name) => `${folder}/${name}`),
);

/** What a restore removes on Server 2.x, which makes it anew. */
export const NOMAD_STATE = '/opt/nomad';
