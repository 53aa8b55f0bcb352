/** What a Services machine is installed as. All values are invented; the forms are those of Replicated's installers. */
export interface Layout {
  /** Where Replicated's files are: `/etc/default` or `/etc/sysconfig`. */
  distribution: 'ubuntu' | 'rhel';
  /** 14.04 has upstart, everything later systemd. */
  init: 'systemd' | 'upstart';
  /** What Replicated calls its second service: 1.2 had an agent. */
  second: 'replicated-operator' | 'replicated-agent';
  /** `proxy`: the form of 2017, behind a proxy; only on RHEL, where the operator's file has addresses in brackets. */
  form: 'plain' | 'proxy';
  /** The addresses at installation. */
  privateIp: string;
  publicIp?: string;
  /** A folder mounted from the network, where large objects are kept: `fs-0123.efs.example.com:/`. `files`: what is in it at first. */
  nfs?: { source: string; target: string; files?: Record<string, string> };
  /** What CircleCI's settings name as the place of its large objects. */
  storage: 'none' | 's3';
  hostname: string;
}

export interface LayoutFile {
  path: string;
  text: string;
  /** Default 0o644. */
  mode?: number;
}

/** `ip-10-20-1-12` */
export function hostLabel(privateIp: string): string {
  return `ip-${privateIp.replaceAll('.', '-')}`;
}

export function standardFiles(layout: Layout): LayoutFile[] {
  const { privateIp } = layout;
  return [
    ...replicatedFiles(layout),
    ...serviceFiles(layout),
    {
      path: '/etc/replicated.alias',
      text: 'alias circleci="replicated admin"\n',
    },
    {
      path: '/etc/hosts',
      text: `127.0.0.1 localhost\n${privateIp} ${hostLabel(privateIp)} ${hostLabel(privateIp)}.ec2.internal\n`,
    },
    { path: '/etc/hostname', text: `${hostLabel(privateIp)}\n` },
    { path: '/etc/fstab', text: fstab(layout) },
    {
      path: '/etc/os-release',
      text:
        layout.distribution === 'ubuntu'
          ? `NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="${layout.init === 'upstart' ? '14.04' : '16.04'}"\n`
          : 'NAME="Red Hat Enterprise Linux Server"\nID="rhel"\nVERSION_ID="7.6"\n',
    },
    {
      path: '/etc/environment',
      text: 'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n',
    },
    {
      path: '/etc/circle-installation-customizations',
      text: `export CIRCLE_URL="https://${layout.hostname}"\n`,
    },
    {
      path: '/etc/circleconfig/frontend/customizations',
      text: `export SERVICES_HOST="${privateIp}"\n`,
    },
    { path: '/opt/nomad/server/raft/raft.db', text: `peers=["${privateIp}:4647"]\n`, mode: 0o600 },
    { path: '/data/circle/postgres/9.5/data/PG_VERSION', text: '9.5\n', mode: 0o600 },
    { path: '/data/circle/mongo/storage.bson', text: 'storage\n', mode: 0o600 },
    { path: '/data/circle/circleci-encryption-keys/crypt-key', text: 'invented-key-material\n', mode: 0o600 },
    { path: '/var/lib/replicated/replicated.db', text: 'settings\n', mode: 0o600 },
  ];
}

function replicatedFiles(layout: Layout): LayoutFile[] {
  const { privateIp, second } = layout;
  const folder = layout.distribution === 'ubuntu' ? '/etc/default' : '/etc/sysconfig';
  const token = 'q7Lw2example0Token';
  const node = `${hostLabel(privateIp)}.ec2.internal`;
  const publicly = layout.publicIp === undefined ? '' : ` -e PUBLIC_ADDRESS=${layout.publicIp}`;
  if (layout.distribution === 'rhel') {
    const proxy = `-e HTTP_PROXY=http://10.20.0.5:3128 -e NO_PROXY=${privateIp},127.0.0.1,172.17.0.1,localhost `;
    return [
      {
        path: `${folder}/replicated`,
        text:
          `PRIVATE_ADDRESS=${privateIp}\n` +
          `REPLICATED_OPTS="${layout.form === 'proxy' ? proxy : ''}-e DAEMON_TOKEN=q7L -e NODENAME=ci"\n`,
      },
      {
        path: `${folder}/${second}`,
        text:
          `DAEMON_ENDPOINT=[${privateIp}]:9879\nDAEMON_TOKEN=q7L\nDAEMON_HOST=[${privateIp}]\n` +
          `PRIVATE_ADDRESS=${privateIp}\nREPLICATED_OPERATOR_OPTS="${publicly.trim()}"\n`,
      },
      // The folder holds what is not Replicated's as well.
      { path: `${folder}/network`, text: `NETWORKING=yes\nHOSTNAME=${hostLabel(privateIp)}\n` },
    ];
  }
  const log = '--log-opt max-size=50m --log-opt max-file=3';
  return [
    {
      path: `${folder}/replicated`,
      text:
        `RELEASE_CHANNEL=stable\nPRIVATE_ADDRESS=${privateIp}\nSKIP_OPERATOR_INSTALL=0\n` +
        `REPLICATED_OPTS=" -e DAEMON_TOKEN=${token} -e LOG_LEVEL=info -e NODENAME=${node} ${log}"\n` +
        `REPLICATED_UI_OPTS=" -e LOG_LEVEL=info ${log}"\n`,
    },
    {
      path: `${folder}/${second}`,
      text:
        `RELEASE_CHANNEL=stable\nDAEMON_ENDPOINT=${privateIp}:9879\nDAEMON_TOKEN=${token}\n` +
        `DAEMON_HOST=${privateIp}\nPRIVATE_ADDRESS=${privateIp}\n` +
        `REPLICATED_OPERATOR_OPTS="${publicly} -e TAGS=local -e LOG_LEVEL=info -e NODENAME=${node}"\n`,
    },
    { path: `${folder}/grub`, text: 'GRUB_DEFAULT=0\n' },
  ];
}

function serviceFiles(layout: Layout): LayoutFile[] {
  const folder = layout.distribution === 'ubuntu' ? '/etc/default' : '/etc/sysconfig';
  return ['replicated', 'replicated-ui', layout.second].map((name) =>
    layout.init === 'systemd'
      ? {
          path: `/etc/systemd/system/${name}.service`,
          text: `[Unit]\nDescription=${name}\n\n[Service]\nEnvironmentFile=${folder}/${name}\n`,
        }
      : {
          path: `/etc/init/${name}.conf`,
          text: `description "${name}"\nscript\n  . ${folder}/${name}\nend script\n`,
        },
  );
}

function fstab(layout: Layout): string {
  const root = 'UUID=3f1c9f0e-8a55-4a7e-9d02-6a1f6a5d2c11 / ext4 defaults,discard 0 0\n';
  return layout.nfs === undefined
    ? root
    : `${root}${layout.nfs.source} ${layout.nfs.target} nfs4 defaults,_netdev 0 0\n`;
}
