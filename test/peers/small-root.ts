import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const BUSYBOX = '/bin/busybox';

/** What the scripts of the small machine keep, and how it is broken. */
export const STATE = '/var/lib/machine';

/** Each holds a fault's name while it is there. */
export const FAULTS = `${STATE}/faults`;

const SUDO = `#!/bin/sh
if [ "$1" != -n ]; then echo 'sudo: no terminal' >&2; exit 1; fi
shift
if [ -e ${FAULTS}/sudo-asks-for-password ]; then echo 'sudo: a password is required' >&2; exit 1; fi
# As RHEL's sudo: without /usr/local.
PATH=/sbin:/bin:/usr/sbin:/usr/bin
export PATH
if [ -e ${FAULTS}/as-nobody ]; then exec su -s /bin/sh nobody -c 'exec "$@"' sh "$@"; fi
exec "$@"
`;

/** The application takes two questions to start or stop, and says "started" once while it still is on the way. */
const REPLICATEDCTL = `#!/bin/sh
s=${STATE}
if [ -e ${FAULTS}/replicatedctl-hangs ]; then sleep 600; fi
if [ -e ${FAULTS}/replicatedctl-fails ]; then echo 'Error: DAEMON_TOKEN=q7Lw2example0Token refused' >&2; exit 1; fi
if [ -e ${FAULTS}/replicatedctl-babbles ]; then echo 'upgrading, DAEMON_TOKEN=q7Lw2example0Token'; exit 0; fi
case "$1 $2" in
  'app status')
    read -r state < $s/app; read -r left < $s/left
    moving=true
    if [ "$left" -le 1 ]; then
      case "$state" in starting) state=started ;; stopping) state=stopped ;; esac
      echo "$state" > $s/app
    fi
    if [ "$left" -le 0 ]; then moving=false; else echo $((left - 1)) > $s/left; fi
    case "$state" in start*) desired=started ;; *) desired=stopped ;; esac
    printf '[{"AppID":"0f3c","Sequence":2439,"State":"%s","DesiredState":"%s","Error":"","IsCancellable":false,"IsTransitioning":%s,"LastModifiedAt":"2019-05-02T10:00:21.3Z"}]\\n' "$state" "$desired" "$moving" ;;
  'app start') echo starting > $s/app; echo 2 > $s/left ;;
  'app stop') echo stopping > $s/app; echo 2 > $s/left ;;
  'app apply-config') cp $s/hostname-set $s/hostname ;;
  'app-config set') [ "$3 $4" = 'hostname --value' ] && printf '%s' "$5" > $s/hostname-set ;;
  'app-config view')
    driver=none
    if [ -e ${FAULTS}/storage-external ]; then driver=s3; fi
    printf '[{"Name":"hostname","Items":[{"Name":"hostname","Value":"ci.example.com"}]},{"Name":"storage","Items":[{"Name":"storage_secret_key","Value":"0123456789abcdef"},{"Name":"storage_driver","Default":"none","Value":"%s"}]}]\\n' "$driver" ;;
  'app-config export')
    printf '{"hostname":{"value":"%s"},"github_oauth_secret":{"value":"0123456789abcdef"},"empty":{}}\\n' "$(cat $s/hostname)" ;;
  'params export') printf '{"Airgap":false,"LocalAddress":"%s","LogLevel":"info"}\\n' "$(cat $s/address)" ;;
  'system status') echo '{"Replicated":"ready","Retraced":"ready"}' ;;
  *) echo "unknown command $1" >&2; exit 1 ;;
esac
`;

const SERVICE = `#!/bin/sh
if [ -e ${FAULTS}/service-fails ]; then echo 'Job failed.' >&2; exit 1; fi
case "$(basename "$0")" in
  systemctl) [ "$1" = restart ] || exit 1; name=$2 ;;
  service) [ "$2" = restart ] || exit 1; name=$1 ;;
esac
echo "$name" >> ${STATE}/restarted
if [ "$name" = replicated ]; then
  cat /etc/default/replicated /etc/sysconfig/replicated 2> /dev/null | sed -n 's/^PRIVATE_ADDRESS=//p' > ${STATE}/address
fi
`;

const NOMAD = `#!/bin/sh
if [ ! -s ${STATE}/jobs ]; then echo 'No running jobs'; exit 0; fi
echo 'ID                          Type   Priority  Status   Submit Date'
while read -r id; do echo "$id  batch  50        running  2019-05-02T10:00:21Z"; done < ${STATE}/jobs
echo 'dead-0                      batch  50        dead     2019-05-02T09:00:21Z'
`;

/** Between a new text that was written and its rename, for as long as it is told to wait. */
const SYNC = `#!/bin/sh
while [ -e ${FAULTS}/sync-waits ]; do usleep 20000; done
exec busybox sync
`;

/**
 * A file system on which a shell can live: BusyBox's commands, and stand-ins for sudo, Replicated's, Nomad's and the
 * services' commands. Nothing of it reaches outside of the folder once a process has been put into it.
 */
export function makeSmallRoot(folder: string): void {
  if (!existsSync(BUSYBOX)) {
    throw new Error('This suite needs BusyBox: apt-get install busybox-static. See .ci/run.');
  }
  const put = (path: string, text: string, mode = 0o755) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
    chmodSync(join(folder, path), mode);
  };
  for (const path of ['bin', 'tmp', 'opt', 'run/systemd/system', 'etc/default', FAULTS]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  copyFileSync(BUSYBOX, join(folder, 'bin/busybox'));
  chmodSync(join(folder, 'bin/busybox'), 0o755);
  const commands = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const command of commands.filter((name) => name !== 'busybox')) {
    symlinkSync('busybox', join(folder, 'bin', command));
  }
  put('usr/bin/sudo', SUDO);
  put('usr/local/bin/replicatedctl', REPLICATEDCTL);
  put('usr/local/bin/nomad', NOMAD);
  put('usr/local/bin/sync', SYNC);
  put('usr/bin/systemctl', SERVICE);
  put('usr/sbin/service', SERVICE);
  put('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n', 0o644);
  put('etc/group', 'root:x:0:\nnogroup:x:65534:\n', 0o644);
  // A plain file does for what is thrown away, and needs no right to make devices.
  put('dev/null', '', 0o666);
  put('proc/mounts', '/dev/nvme0n1p1 / ext4 rw,relatime 0 0\n', 0o644);
  const state = {
    app: 'started\n',
    left: '0\n',
    hostname: 'ci.example.com',
    address: '10.20.1.12\n',
    restarted: '',
  };
  for (const [name, text] of Object.entries(state)) put(`${STATE}/${name}`, text, 0o644);
}

/**
 * Debian's own shell instead of BusyBox's, whose commands are built in: with it a script's commands can be replaced by
 * files in /usr/local/bin.
 */
export function giveItDash(folder: string): void {
  const libraries = execFileSync('/usr/bin/ldd', ['/bin/dash'], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const library of libraries) {
    mkdirSync(dirname(join(folder, library)), { recursive: true });
    copyFileSync(library, join(folder, library));
  }
  rmSync(join(folder, 'bin/sh'));
  copyFileSync('/bin/dash', join(folder, 'bin/sh'));
}
